/* Records into inlets. */
#include "detector/receive/state.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

#define ALL_INLETS_MAX (TC_RECEIVE_INLETS_MAX * TC_RECEIVE_INPUTS_MAX)
#define PART_MAX 255

tc_inlet *tc_intake_numbered(const tc_receive *r, uint32_t number)
{
    for (size_t i = 0; i < r->inlet_count; i++)
        if (r->inlets[i]->number == number) return r->inlets[i];
    return NULL;
}

static tc_inlet *named(const tc_receive *r, uint64_t key)
{
    for (size_t i = 0; i < r->inlet_count; i++)
        if (r->inlets[i]->key == key) return r->inlets[i];
    return NULL;
}

static bool copy_name(tc_slice name, tc_slice *ret)
{
    uint8_t *copy = tc_alloc(name.len + 1, 1);
    if (copy == NULL) return false;
    memcpy(copy, name.ptr, name.len);
    *ret = tc_slice_make(copy, name.len);
    return true;
}

tc_inlet *tc_intake_inlet(tc_receive *r, uint32_t input, tc_slice name)
{
    uint64_t key = tc_content_hash(name);
    tc_inlet *inlet = named(r, key);
    if (inlet != NULL) return inlet;
    tc_status status = tc_grow(&r->inlets, &r->inlet_capacity, r->inlet_count + 1,
                               sizeof(*r->inlets), ALL_INLETS_MAX);
    if (tc_failed(status)) return NULL;
    inlet = tc_alloc(1, sizeof(*inlet));
    if (inlet == NULL || !copy_name(name, &inlet->name)) {
        tc_free(inlet);
        return NULL;
    }
    inlet->key = key;
    inlet->input = input;
    inlet->came = tc_receive_now(r);
    inlet->number = TC_RECEIVE_NUMBERS + r->numbers++ % (TC_RECEIVE_NUMBERS - 1);
    if (input < r->count) r->ports[input].inlets++;
    r->inlets[r->inlet_count++] = inlet;
    return inlet;
}

/* A part of a name: no slash, nothing that is no letter to anybody. */
static void add_part(tc_str *out, tc_slice part)
{
    part = tc_slice_sub(part, 0, PART_MAX);
    tc_str_add_byte(out, '/');
    if (part.len == 0) tc_str_add_byte(out, '-');
    for (size_t i = 0; i < part.len; i++) {
        uint8_t c = part.ptr[i];
        tc_str_add_byte(out, c == '/' ? '\\' : c < 0x20 || c == 0x7f ? '_' : c);
    }
}

/* The inlet of a record; one that all share where there are too many. */
static tc_inlet *inlet_of(tc_receive *r, uint32_t input, const tc_record *record)
{
    static const char *const kinds[TC_RECORD_KINDS] = {"files", "windows", "other"};
    tc_str name;
    tc_str_init(&name, TC_INLET_NAME_MAX);
    tc_str_addf(&name, TC_RECEIVE_PREFIX "%s", r->listens[input].name);
    size_t head = name.len;
    add_part(&name, record->host);
    add_part(&name, record->log);
    tc_inlet *inlet = named(r, tc_content_hash(tc_str_view(&name)));
    if (inlet == NULL && r->ports[input].inlets >= TC_RECEIVE_INLETS_MAX) {
        name.len = head;
        tc_str_addf(&name, "/*/%s", kinds[record->kind]);
        add_part(&name, r->listens[input].speech == TC_SPEAKS_SYSLOG ? record->log : TC_LIT("all"));
    }
    if (inlet == NULL && !tc_failed(tc_str_status(&name)))
        inlet = tc_intake_inlet(r, input, tc_str_view(&name));
    tc_str_done(&name);
    return inlet;
}

tc_inlet *tc_intake_lines(tc_receive *r, uint32_t input)
{
    char name[TC_LISTEN_NAME + 32];
    for (unsigned n = 1; n <= TC_RECEIVE_INLETS_MAX; n++) {
        int length =
            snprintf(name, sizeof(name), TC_RECEIVE_PREFIX "%s/%u", r->listens[input].name, n);
        tc_slice text = tc_slice_make(name, (size_t)length);
        if (named(r, tc_content_hash(text)) == NULL) return tc_intake_inlet(r, input, text);
    }
    return NULL;
}

/* -- taking in ------------------------------------------------------------------------------ */

static void note_new(tc_receive *r, tc_inlet *inlet, size_t bytes)
{
    r->bytes += bytes;
    inlet->came = tc_receive_now(r);
    inlet->heard = true;
    tc_receive_ring(r->bell);
}

tc_intake tc_intake_bytes(tc_receive *r, tc_inlet *inlet, tc_slice bytes)
{
    if (!tc_inlet_has_room(inlet, bytes.len) || r->bytes > TC_INLETS_BYTES) return TC_INTAKE_FULL;
    if (tc_failed(tc_inlet_add(inlet, bytes, false, 0))) return TC_INTAKE_NO_MEMORY;
    note_new(r, inlet, bytes.len);
    return TC_INTAKE_TAKEN;
}

/* One line, whatever line ends stand in it. */
static tc_slice line_of(tc_receive *r, tc_slice event)
{
    tc_str_clear(&r->line);
    tc_str_add(&r->line, event);
    for (size_t i = 0; i < r->line.len; i++)
        if (r->line.data[i] == '\n' || r->line.data[i] == '\r') r->line.data[i] = ' ';
    tc_str_add_byte(&r->line, '\n');
    return tc_str_view(&r->line);
}

tc_intake tc_intake_event(tc_receive *r, uint32_t input, tc_slice event, tc_inlet **ret_inlet,
                          uint64_t *ret_end)
{
    tc_record record;
    tc_arena_reset(r->arena);
    if (r->listens[input].speech == TC_SPEAKS_SYSLOG)
        tc_record_of_syslog(event, &record);
    else
        tc_record_of_json(event, r->arena, &record);
    tc_inlet *inlet = inlet_of(r, input, &record);
    if (inlet == NULL) return TC_INTAKE_NO_MEMORY;
    if (!tc_inlet_has_room(inlet, event.len + 1) || r->bytes > TC_INLETS_BYTES)
        return TC_INTAKE_FULL;
    *ret_inlet = inlet;
    tc_slice line = line_of(r, event);
    if (tc_failed(tc_str_status(&r->line))) return TC_INTAKE_NO_MEMORY;
    /* The one that came before may not be safe yet: what is sent again waits for it. */
    *ret_end = tc_inlet_end(inlet);
    if (record.identity != 0 && tc_seen_has(r->seen, record.identity)) {
        r->ports[input].book.repeated++;
        return TC_INTAKE_TAKEN;
    }
    if (tc_failed(tc_inlet_add(inlet, line, true, record.identity))) return TC_INTAKE_NO_MEMORY;
    if (record.identity != 0) tc_seen_add(r->seen, record.identity);
    *ret_end = tc_inlet_end(inlet);
    note_new(r, inlet, line.len);
    return TC_INTAKE_TAKEN;
}
