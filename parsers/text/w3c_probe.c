#include "parsers/text/w3c_probe.h"
#include "parsers/text/directive.h"
#include "parsers/text/framing.h"
#include "parsers/text/w3c_sample.h"

#define ROWS_ENOUGH 64 /* rows looked at */

typedef struct evidence {
    bool maker;     /* #Software is IIS */
    bool other;     /* the header is of another log */
    bool described; /* #Fields names columns of web requests */
    uint32_t rows, fitting;
} evidence;

static bool is_web_column(tc_slice name)
{
    static const char *const prefixes[] = {"cs-", "cs(", "sc-", "c-ip", "s-ip"};
    for (size_t i = 0; i < TC_COUNT_OF(prefixes); i++)
        if (tc_slice_starts_ascii(name, tc_slice_of(prefixes[i]))) return true;
    return false;
}

static void look_at_fields(tc_slice list, evidence *e)
{
    bool time = false;
    uint32_t web = 0;
    tc_slice rest = list, name;
    while (tc_directive_name(&rest, TC_LIT(" \t"), &name)) {
        time = time || tc_slice_equal_ascii(name, TC_LIT("time")) ||
               tc_slice_equal_ascii(name, TC_LIT("time-local"));
        web += is_web_column(name);
        if (tc_slice_equal_ascii(name, TC_LIT("s-queuename")) ||
            tc_slice_equal_ascii(name, TC_LIT("s-reason")))
            e->other = true;
    }
    e->described = e->described || (time && web >= 2);
    e->other = e->other || tc_slice_find(list, ',') != TC_NPOS;
}

static void look_at_header(tc_slice line, evidence *e)
{
    tc_directive directive = tc_directive_parse(line);
    switch (directive.key) {
    case TC_DIRECTIVE_SOFTWARE:
        if (tc_slice_starts_ascii(directive.value, TC_LIT("Microsoft Internet Information Serv")) ||
            tc_slice_starts_ascii(directive.value, TC_LIT("IIS ")))
            e->maker = true;
        if (tc_slice_starts_ascii(directive.value, TC_LIT("Microsoft HTTP API"))) e->other = true;
        break;
    case TC_DIRECTIVE_LOG_TYPE:
        e->other = true;
        break;
    case TC_DIRECTIVE_FIELDS:
        look_at_fields(directive.value, e);
        break;
    case TC_DIRECTIVE_COMMENT:
    case TC_DIRECTIVE_VERSION:
    case TC_DIRECTIVE_DATE:
    case TC_DIRECTIVE_START_DATE:
    case TC_DIRECTIVE_KEY_COUNT:
        break;
    }
}

int tc_w3c_probe(tc_slice head, tc_slice name)
{
    evidence e = {0};
    for (size_t at = 0; at < head.len;) {
        tc_slice line = tc_framing_line(head, at, &at);
        if (line.len == 0) continue;
        if (line.ptr[0] == '#') {
            look_at_header(line, &e);
        } else if (e.rows < ROWS_ENOUGH && (e.rows == 0 || head.ptr[at - 1] == '\n')) {
            e.rows++;
            e.fitting += tc_w3c_sample_looks(line);
        }
    }
    if (e.other) return 0;
    if (e.described) return e.maker ? 100 : 80;
    if (e.fitting == 0) return e.maker ? 60 : 0;
    if (e.maker) return 95;
    if (4 * e.fitting < e.rows) return 0;
    int hint = tc_slice_starts_ascii(name, TC_LIT("u_ex")) ? 8 : 0;
    return 30 + (int)(40 * e.fitting / e.rows) + hint;
}

static void sample_header(tc_slice line, tc_w3c_form *form, tc_w3c_clock *clock)
{
    tc_slice names[TC_SCHEMA_MAX_COLUMNS];
    tc_directive directive = tc_directive_parse(line);
    tc_time instant;
    if (directive.key == TC_DIRECTIVE_FIELDS &&
        !tc_w3c_form_read(directive.value, names, TC_SCHEMA_MAX_COLUMNS, form))
        *form = (tc_w3c_form){.separator = ' '};
    if ((directive.key == TC_DIRECTIVE_DATE || directive.key == TC_DIRECTIVE_START_DATE) &&
        tc_directive_instant(directive.value, &instant))
        tc_w3c_clock_set(clock, instant);
}

bool tc_w3c_sample_time(const tc_w3c_forms *forms, tc_w3c_clock clock, int64_t zone_offset_ns,
                        tc_slice bytes, tc_time *ret)
{
    tc_cell cells[TC_W3C_ROOM];
    tc_w3c_cache cache = {0};
    tc_w3c_form form = *forms->header;
    tc_w3c_forms known = {&form, forms->learned, forms->learned_count};
    for (size_t at = 0; at < bytes.len;) {
        tc_slice line = tc_framing_line(bytes, at, &at);
        if (line.len == 0) continue;
        if (line.ptr[0] == '#') {
            sample_header(line, &form, &clock);
            continue;
        }
        int learned;
        if (!tc_w3c_row_fit(&known, line, cells, &learned)) continue;
        const tc_w3c_form *fitting =
            learned == TC_W3C_BY_HEADER ? &form : &known.learned[learned].form;
        if (tc_w3c_row_time(&cache, &clock, fitting, cells, zone_offset_ns, ret)) return true;
    }
    return false;
}
