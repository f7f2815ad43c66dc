#include "parsers/packet/capture_records.h"

#include "parsers/base/alloc.h"
#include "parsers/packet/octets.h"

#define FIRST_LOOK ((size_t)256)
#define SAVED_INTERFACES ((size_t)1024)

void tc_capture_records_begin(tc_capture_records *r)
{
    tc_capture_file_done(&r->file);
    tc_capture_file_init(&r->file);
    r->length = 0;
}

void tc_capture_records_done(tc_capture_records *r)
{
    tc_capture_file_done(&r->file);
    tc_free(r->window);
    *r = (tc_capture_records){0};
}

bool tc_capture_records_half(const tc_capture_records *r)
{
    return (r->length > 0 || r->file.skip > 0) && !r->file.broken;
}

/* Moves so much of the input behind what is kept. */
static bool keep(tc_capture_records *r, tc_slice *in, size_t n)
{
    n = TC_MIN(TC_MIN(n, in->len), TC_CAPTURE_RECORD_MAX - r->length);
    if (n == 0) return true;
    if (tc_failed(tc_grow(&r->window, &r->capacity, r->length + n, 1, TC_CAPTURE_RECORD_MAX)))
        return false;
    memcpy(r->window + r->length, in->ptr, n);
    r->length += n;
    *in = tc_octets_from(*in, n);
    return true;
}

/* The record whose beginning was kept, with as little as it takes of what follows: that goes back
 * to where it lies. */
static tc_capture_step finish_record(tc_capture_records *r, tc_slice *in, tc_packet *ret)
{
    tc_capture_step step = TC_CAPTURE_MORE;
    size_t before = r->length, used = 0;
    while (step == TC_CAPTURE_MORE && in->len > 0 && r->length < TC_CAPTURE_RECORD_MAX) {
        before = r->length;
        if (!keep(r, in, TC_MAX(r->length, FIRST_LOOK))) return TC_CAPTURE_NO_MEMORY;
        step = tc_capture_file_next(&r->file, tc_slice_make(r->window, r->length), &used, ret);
    }
    if (step == TC_CAPTURE_MORE) return step;
    size_t kept = TC_MAX(used, before), back = r->length - kept;
    if (back > 0) *in = tc_slice_make(in->ptr - back, in->len + back);
    r->length = kept - used;
    if (used > 0 && r->length > 0) memmove(r->window, r->window + used, r->length);
    return step;
}

tc_capture_step tc_capture_records_next(tc_capture_records *r, tc_slice *in, tc_packet *ret)
{
    size_t used = 0;
    if (r->length > 0 && in->len == 0) return TC_CAPTURE_MORE;
    if (r->length > 0) return finish_record(r, in, ret);
    tc_capture_step step = tc_capture_file_next(&r->file, *in, &used, ret);
    *in = tc_octets_from(*in, used);
    if (step == TC_CAPTURE_MORE && !keep(r, in, in->len)) return TC_CAPTURE_NO_MEMORY;
    return step;
}

/* -- saved ---------------------------------------------------------------------------------- */

static void visit_interface(tc_capture_interface *i, tc_visit *v)
{
    uint32_t link = i->link, resolution = i->resolution;
    tc_visit_below(v, &link, UINT16_MAX + 1);
    tc_visit_below(v, &resolution, UINT8_MAX + 1);
    tc_visit_u32(v, &i->snap);
    tc_visit_i64(v, &i->offset);
    i->link = (uint16_t)link;
    i->resolution = (uint8_t)resolution;
}

static void visit_interfaces(tc_capture_file *f, size_t known, tc_visit *v)
{
    size_t count = TC_MIN(TC_MIN(f->count, known), SAVED_INTERFACES);
    tc_visit_count(v, &count, SAVED_INTERFACES);
    if (tc_visit_loads(v) && !tc_visit_failed(v)) {
        tc_status status =
            tc_grow(&f->interfaces, &f->capacity, count, sizeof *f->interfaces, SAVED_INTERFACES);
        if (tc_failed(status))
            tc_visit_fail(v, status.code, "no memory for a capture's interfaces");
        f->count = tc_failed(status) ? 0 : count;
    }
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++)
        visit_interface(&f->interfaces[i], v);
}

bool tc_capture_records_mend(tc_capture_records *r)
{
    bool amiss = r->file.broken || r->length > 0;
    if (!amiss) return false;
    r->file.broken = false;
    r->file.skip = 0;
    r->length = 0;
    return true;
}

tc_capture_place tc_capture_records_place(const tc_capture_records *r)
{
    return (tc_capture_place){
        .interfaces = r->file.count, .skip = r->file.skip, .broken = r->file.broken};
}

void tc_capture_records_visit(tc_capture_records *r, tc_capture_place *place, tc_visit *v)
{
    tc_capture_file *f = &r->file;
    uint32_t head = f->record_head, link = f->link;
    tc_visit_bool(v, &f->begun);
    tc_visit_bool(v, &f->ng);
    tc_visit_bool(v, &f->big_endian);
    tc_visit_bool(v, &f->nano);
    tc_visit_bool(v, &place->broken);
    tc_visit_below(v, &head, UINT8_MAX + 1);
    tc_visit_below(v, &link, UINT16_MAX + 1);
    tc_visit_u64(v, &place->skip);
    f->record_head = (uint8_t)head;
    f->link = (uint16_t)link;
    visit_interfaces(f, place->interfaces, v);
    if (!tc_visit_loads(v)) return;
    f->broken = place->broken;
    f->skip = place->skip;
    *place = tc_capture_records_place(r);
}
