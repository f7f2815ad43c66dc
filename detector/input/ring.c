#include "detector/input/ring.h"

#include "detector/input/packing.h"
#include "parsers/base/alloc.h"
#include "parsers/packet/carrier.h"

#define PIECE ((size_t)64 << 10)
#define STRIDE ((uint64_t)1 << 20) /* between two places to read from again */
#define POINTS_MAX ((size_t)1 << 20)
#define NO_SECTION UINT32_MAX

/* A place between two packets. */
typedef struct point {
    uint64_t raw;  /* bytes of the file before it */
    uint64_t out;  /* exchanges that they gave */
    uint64_t ring; /* bytes of all files that were read before it */
    tc_time time;
    tc_capture_place place;
} point;

typedef struct points {
    point *items;
    size_t count, capacity;
} points;

struct tc_ring {
    tc_carrier *carrier;
    tc_ring_file *files, *last; /* last: that was read last */
    uint64_t read;
    uint64_t wanted; /* what was read before it is not wanted again */
    bool ends;       /* with its last file */
};

struct tc_ring_file {
    tc_ring *ring;
    tc_ring_file *next;
    void *owner;
    tc_bytes raw;
    tc_capture_records records;
    tc_str out;
    size_t given;          /* bytes of `out` */
    uint64_t fed, written; /* bytes taken and made in all */
    uint64_t told, skip;   /* bytes at the beginning that were told; of exchanges behind them */
    uint64_t rest;         /* of exchanges behind `noted` that were given */
    uint64_t asked;        /* up to where the last place is */
    tc_time time;
    points marks;   /* to be noted */
    points anchors; /* to be read from again */
    point noted;    /* by the last place, and where it is to be read from */
    point from;
    uint32_t sections;
    uint64_t base; /* bytes of the file before those that come */
    bool ended;
    tc_error error;
    uint8_t piece[PIECE];
};

/* -- what a file is ------------------------------------------------------------------------- */

bool tc_ring_begins(tc_slice head)
{
    const tc_packing *packing = tc_packing_of(head);
    return packing && packing->capture;
}

tc_time tc_ring_first_time(tc_slice head)
{
    tc_capture_records records = {.length = 0};
    tc_capture_step step = TC_CAPTURE_PASSED;
    tc_packet packet = {.time = TC_TIME_NONE};
    tc_capture_records_begin(&records);
    while (step == TC_CAPTURE_PASSED && head.len > 0)
        step = tc_capture_records_next(&records, &head, &packet);
    tc_capture_records_done(&records);
    return step == TC_CAPTURE_PACKET ? packet.time : TC_TIME_NONE;
}

tc_slice tc_ring_head(void)
{
    /* The magic, and the fate of one packet whose time is not known. */
    static const char head[] = TC_EXCHANGE_MAGIC "\x11\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\x80";
    return tc_slice_make(head, sizeof head); /* the last byte is the fate */
}

void tc_ring_name(tc_slice path, tc_str *out)
{
    size_t slash = tc_slice_rfind(path, '/');
    size_t name = slash == TC_NPOS ? 0 : slash + 1;
    tc_str_add(out, tc_slice_sub(path, 0, name));
    for (size_t i = name; i < path.len; i++)
        if (path.ptr[i] < '0' || path.ptr[i] > '9') tc_str_add_byte(out, path.ptr[i]);
}

/* -- points --------------------------------------------------------------------------------- */

static TC_STATUS add_point(points *p, const point *add)
{
    TC_TRY(tc_grow(&p->items, &p->capacity, p->count + 1, sizeof *p->items, POINTS_MAX));
    p->items[p->count++] = *add;
    return TC_SUCCESS;
}

static void drop_points(points *p, size_t count)
{
    p->count -= count;
    if (count > 0 && p->count > 0) memmove(p->items, p->items + count, p->count * sizeof *p->items);
}

/* -- coming and going ----------------------------------------------------------------------- */

tc_ring *tc_ring_new(bool ends)
{
    tc_ring *r = tc_alloc(1, sizeof *r);
    if (r) r->ends = ends;
    if (r) r->carrier = tc_carrier_new();
    if (r && r->carrier && !tc_failed(tc_carrier_begin(r->carrier))) {
        tc_carrier_clear(r->carrier);
        return r;
    }
    tc_ring_free(r);
    return NULL;
}

void tc_ring_free(tc_ring *ring)
{
    if (!ring) return;
    TC_ASSERT(ring->files == NULL);
    tc_carrier_free(ring->carrier);
    tc_free(ring);
}

uint64_t tc_ring_read(const tc_ring *ring)
{
    return ring->read;
}

uint64_t tc_ring_middle(const tc_ring *ring)
{
    return tc_carrier_counts_of(ring->carrier).flows.middle;
}

TC_STATUS tc_ring_add(tc_ring *ring, tc_bytes raw, uint64_t base, void *owner, tc_ring_file **ret)
{
    tc_ring_file *f = tc_alloc(1, sizeof *f);
    if (!f) return (tc_status){TC_ENOMEM};
    f->ring = ring;
    f->owner = owner;
    f->raw = raw;
    f->time = f->noted.time = f->from.time = TC_TIME_NONE;
    f->base = base;
    f->sections = NO_SECTION;
    tc_capture_records_begin(&f->records);
    tc_str_init(&f->out, (size_t)64 << 20);
    tc_str_add(&f->out, TC_LIT(TC_EXCHANGE_MAGIC));
    f->written = f->noted.out = f->out.len;
    f->next = ring->files;
    ring->files = f;
    *ret = f;
    TC_TRY(tc_str_status(&f->out));
    point first = {.out = f->written, .ring = ring->read, .time = TC_TIME_NONE};
    return add_point(&f->anchors, &first);
}

void tc_ring_remove(tc_ring_file *f)
{
    if (!f) return;
    tc_ring_file **link = &f->ring->files;
    while (*link != f)
        link = &(*link)->next;
    *link = f->next;
    if (f->ring->last == f) f->ring->last = NULL;
    tc_capture_records_done(&f->records);
    tc_str_done(&f->out);
    tc_free(f->marks.items);
    tc_free(f->anchors.items);
    tc_free(f);
}

void *tc_ring_owner(const tc_ring_file *file)
{
    return file->owner;
}

tc_ring *tc_ring_of(const tc_ring_file *file)
{
    return file->ring;
}

tc_time tc_ring_time(const tc_ring_file *file)
{
    return file->time;
}

/* -- feeding -------------------------------------------------------------------------------- */

/* Behind what was taken. */
static point point_here(const tc_ring_file *f)
{
    return (point){.raw = f->fed - f->records.length,
                   .out = f->written,
                   .ring = f->ring->read,
                   .time = f->time,
                   .place = tc_capture_records_place(&f->records)};
}

static TC_STATUS note_point(tc_ring_file *f)
{
    const tc_capture_file *file = &f->records.file;
    point here = point_here(f);
    /* Of a new section the interfaces are others. */
    if (f->sections != NO_SECTION && file->sections != f->sections) f->anchors.count = 0;
    f->sections = file->sections;
    const point *last = f->anchors.count > 0 ? &f->anchors.items[f->anchors.count - 1] : NULL;
    if (!last || here.raw >= last->raw + STRIDE) TC_TRY(add_point(&f->anchors, &here));
    return add_point(&f->marks, &here);
}

/* Takes whole exchanges off the front, as long as they were told before. */
static void drop_told(tc_ring_file *f, tc_slice *written)
{
    tc_exchange e;
    while (f->skip > 0 && tc_exchange_read(*written, &e) > 0) {
        f->skip -= TC_MIN(f->skip, (uint64_t)e.length);
        *written = tc_slice_sub(*written, e.length, SIZE_MAX);
    }
}

static TC_STATUS fetch_new(tc_ring_file *f)
{
    tc_slice written = tc_carrier_written(f->ring->carrier);
    drop_told(f, &written);
    tc_str_add(&f->out, written);
    f->written += written.len;
    tc_carrier_clear(f->ring->carrier);
    return tc_str_status(&f->out);
}

static TC_STATUS fetch(tc_ring_file *f)
{
    bool again = f->told > 0 && f->fed <= f->told;
    if (!again) return fetch_new(f);
    (void)tc_carrier_written(f->ring->carrier); /* with what is still to be written */
    tc_carrier_clear(f->ring->carrier);
    return TC_SUCCESS;
}

/* What that tells is new, even if all bytes were told: of a ring whose end was told nothing is read
 * again. */
static TC_STATUS end_flows(tc_ring_file *f)
{
    f->ring->wanted = f->ring->read;
    tc_carrier_end_flows(f->ring->carrier);
    return fetch_new(f);
}

static TC_STATUS feed(tc_ring_file *f, tc_slice bytes)
{
    tc_ring *r = f->ring;
    r->last = f;
    TC_TRY(tc_carrier_take(r->carrier, &f->records, bytes));
    f->fed += bytes.len;
    r->read += bytes.len;
    if (tc_carrier_time(r->carrier) != TC_TIME_NONE) f->time = tc_carrier_time(r->carrier);
    TC_TRY(fetch(f));
    if (f->fed < f->told) return TC_SUCCESS;
    /* Between two packets, whatever became of the bytes before since they were told. */
    if (f->fed == f->told) tc_carrier_mend(r->carrier, &f->records);
    return note_point(f);
}

static TC_STATUS end_file(tc_ring_file *f)
{
    f->ended = true;
    f->ring->last = f;
    tc_carrier_cut(f->ring->carrier, &f->records);
    TC_TRY(fetch(f));
    bool is_only = f->ring->files == f && f->next == NULL;
    if (f->ring->ends && is_only) TC_TRY(end_flows(f));
    point here = point_here(f);
    return add_point(&f->marks, &here);
}

/* One that is not being read again, first of all the one that was read last. NULL: none. */
static tc_ring_file *file_that_tells(const tc_ring *ring)
{
    tc_ring_file *f = ring->last;
    if (f && f->fed >= f->told) return f;
    for (f = ring->files; f && f->fed < f->told;)
        f = f->next;
    return f;
}

tc_ring_file *tc_ring_end(tc_ring *ring)
{
    tc_ring_file *f = file_that_tells(ring);
    if (f == NULL || tc_failed(end_flows(f))) return NULL;
    point here = point_here(f);
    tc_status noted = add_point(&f->marks, &here);
    (void)noted; /* without it more is read again */
    return f;
}

/* -- the layer ------------------------------------------------------------------------------ */

static size_t give(tc_ring_file *f, uint8_t *buffer, size_t room)
{
    size_t n = TC_MIN(room, f->out.len - f->given);
    if (n > 0) memcpy(buffer, f->out.data + f->given, n);
    f->given += n;
    if (f->given == f->out.len) {
        tc_str_clear(&f->out);
        f->given = 0;
    }
    return n;
}

/* The bytes that were told, and those behind them, in pieces of their own. */
static tc_bytes_result read_piece(tc_ring_file *f, tc_error *reterr)
{
    size_t room = PIECE, got;
    if (f->fed < f->told) room = (size_t)TC_MIN((uint64_t)PIECE, f->told - f->fed);
    tc_bytes_result result = tc_bytes_read(f->raw, f->piece, room, &got, reterr);
    tc_status status = TC_SUCCESS;
    if (result == TC_BYTES_MORE) status = feed(f, tc_slice_make(f->piece, got));
    if (result == TC_BYTES_END) status = end_file(f);
    if (!tc_failed(status)) return result;
    f->error.code = status.code;
    (void)tc_fail(&f->error, status.code, "no memory for its packets");
    return tc_bytes_tell(&f->error, reterr);
}

static tc_bytes_result read_ring(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                 tc_error *reterr)
{
    tc_ring_file *f = context;
    for (;;) {
        *ret_got = give(f, buffer, room);
        if (*ret_got > 0) return TC_BYTES_MORE;
        if (f->error.code != TC_OK) return tc_bytes_tell(&f->error, reterr);
        if (f->ended) return TC_BYTES_END;
        tc_bytes_result result = read_piece(f, reterr);
        if (result == TC_BYTES_IDLE || result == TC_BYTES_FAILED) return result;
    }
}

static void close_ring(void *context)
{
    tc_ring_file *f = context;
    tc_bytes_close(f->raw);
}

tc_bytes tc_ring_bytes(tc_ring_file *file)
{
    return (tc_bytes){file, read_ring, close_ring};
}

/* -- places --------------------------------------------------------------------------------- */

static uint64_t oldest_wanted(const tc_ring *r)
{
    return TC_MAX(r->wanted, r->read > TC_RING_BACK ? r->read - TC_RING_BACK : 0);
}

/* The first place that is young enough and not behind what was noted. */
static point read_from(tc_ring_file *f)
{
    uint64_t wanted = oldest_wanted(f->ring);
    size_t passed = 0;
    while (passed < f->anchors.count && f->anchors.items[passed].ring < wanted)
        passed++;
    drop_points(&f->anchors, passed);
    bool is_before = f->anchors.count > 0 && f->anchors.items[0].raw < f->noted.raw;
    return is_before ? f->anchors.items[0] : f->noted;
}

uint64_t tc_ring_place(tc_ring_file *f, uint64_t given)
{
    size_t passed = 0;
    while (passed < f->marks.count && f->marks.items[passed].out <= given)
        passed++;
    if (passed > 0) f->noted = f->marks.items[passed - 1];
    drop_points(&f->marks, passed);
    bool is_over = f->ended && given == f->written;
    point from = is_over ? f->noted : read_from(f);
    /* What is known of the format behind bytes that are to be read again, is known then. */
    if (f->fed >= f->noted.raw && from.raw > f->from.raw) f->from = from;
    f->asked = given;
    f->rest = given - TC_MIN(given, f->noted.out);
    return f->from.raw;
}

tc_ring_file *tc_ring_outdated(tc_ring *ring, const tc_ring_file *but)
{
    for (tc_ring_file *f = ring->files; f; f = f->next)
        if (f != but && f->fed >= f->noted.raw && read_from(f).raw > f->from.raw) return f;
    return NULL;
}

bool tc_ring_wants_back(const tc_ring_file *file)
{
    return file->from.raw < file->noted.raw;
}

static void go_on_from(tc_ring_file *f, uint64_t given)
{
    if (given < f->written) return; /* not even the magic was given */
    tc_str_clear(&f->out);
    f->given = 0;
    f->written = f->asked = given;
    f->rest = f->skip;
    f->noted = (point){
        .raw = f->told, .out = given - f->skip, .ring = f->ring->read, .time = TC_TIME_NONE};
    f->anchors.items[0].out = given - f->skip;
    f->sections = f->base == 0 ? NO_SECTION : 0;
}

void tc_ring_visit(tc_ring_file *f, tc_visit *v)
{
    uint64_t told = f->base + f->noted.raw, rest = f->rest, given = f->asked;
    tc_time time = f->from.time;
    tc_capture_place place = f->from.place;
    tc_visit_u64(v, &told);
    tc_visit_u64(v, &rest);
    tc_visit_u64(v, &given);
    tc_visit_time(v, &time);
    tc_capture_records_visit(&f->records, &place, v);
    if (!tc_visit_loads(v) || tc_visit_failed(v)) return;
    if (rest > given) {
        tc_visit_refuse(v, "a place in a capture contradicts itself");
        return;
    }
    f->told = told > f->base ? told - f->base : 0;
    f->skip = rest;
    f->time = f->from.time = time;
    if (f->base == 0) tc_capture_records_begin(&f->records);
    f->from.place = f->anchors.items[0].place = tc_capture_records_place(&f->records);
    go_on_from(f, given);
}
