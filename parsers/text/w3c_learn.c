#include "parsers/text/w3c_learn.h"
#include "parsers/base/str.h"
#include "parsers/text/directive.h"
#include "parsers/text/w3c_reading.h"
#include "parsers/text/w3c_row.h"
#include "parsers/text/w3c_sample.h"

#define TEXT_MAX 65536
#define RARE 20 /* rows of a width that fewer than one in so many have are damage */
#define OPEN_TOLD 3

/* -- words ------------------------------------------------------------------------------------- */

static void add_fields(tc_w3c_fields fields, tc_str *out)
{
    const char *between = "";
    for (unsigned f = 0; f < TC_W3C_FIELD_COUNT; f++) {
        if (!(fields >> f & 1)) continue;
        tc_str_addf(out, "%s%s", between,
                    f == TC_W3C_FIELD_OTHER ? "another" : tc_w3c_field_name((tc_w3c_field)f));
        between = " or ";
    }
}

static void add_open_columns(const tc_w3c_reading *reading, tc_str *out)
{
    size_t told = 0, left = 0;
    for (size_t c = 0; c < reading->width; c++) {
        if (!tc_w3c_reading_is_open(reading, c)) continue;
        if (told == OPEN_TOLD) {
            left++;
            continue;
        }
        tc_str_addf(out, "%scolumn %zu of its %zu can be ", told ? "; " : "", c + 1,
                    reading->width);
        add_fields(reading->can[c], out);
        told++;
    }
    if (left) tc_str_addf(out, "; and %zu more are open", left);
}

static void add_doubt(const tc_w3c_reading *reading, size_t rows, tc_str *out)
{
    switch (reading->verdict) {
    case TC_W3C_OPEN:
        add_open_columns(reading, out);
        break;
    case TC_W3C_NONE:
        if (reading->column < reading->width)
            tc_str_addf(out, "column %zu of its %zu looks like no field of IIS",
                        reading->column + 1, reading->width);
        else
            tc_str_addf(out, "its %zu columns together are no fields of IIS", reading->width);
        break;
    case TC_W3C_UNTIMED:
        tc_str_addf(out, "none of its %zu columns is a date, or none a time", reading->width);
        break;
    case TC_W3C_FEW:
        tc_str_addf(out, "its %zu columns are in no order of IIS, and %zu rows are too few to tell",
                    reading->width, rows);
        break;
    case TC_W3C_READ:
        break;
    }
}

static void add_list(const tc_w3c_reading *reading, tc_str *out)
{
    if (out->len) tc_str_add_byte(out, '\n');
    for (size_t c = 0; c < reading->width; c++)
        tc_str_addf(out, "%s%s", c ? " " : "", tc_w3c_field_name(tc_w3c_reading_field(reading, c)));
}

static TC_STATUS keep(tc_str *text, tc_arena *arena, tc_slice *ret)
{
    tc_status status = tc_str_status(text);
    if (!tc_failed(status) && !tc_arena_copy(arena, tc_str_view(text), ret))
        status = (tc_status){TC_ENOMEM};
    tc_str_done(text);
    return status;
}

/* -- by shapes --------------------------------------------------------------------------------- */

static void read_widths(const tc_w3c_sample *sample, tc_str *lists, tc_str *doubt, tc_columns *ret)
{
    for (size_t i = 0; i < sample->count && i < TC_W3C_LEARNED_MAX; i++) {
        const tc_w3c_table *table = &sample->widths[i].table;
        tc_w3c_profile profiles[TC_W3C_WIDTH_MAX];
        tc_w3c_reading reading;
        if (RARE * sample->widths[i].counted < sample->rows) break;
        tc_w3c_profile_all(table, profiles);
        tc_w3c_read_rows(profiles, table->rows, table->width, &reading);
        if (reading.verdict == TC_W3C_READ) {
            add_list(&reading, lists);
            ret->rows += (uint32_t)table->rows;
        } else if (i == 0 && !sample->headed) {
            add_doubt(&reading, table->rows, doubt);
            return;
        }
    }
}

static TC_STATUS learn_by_shapes(const tc_w3c_sample *sample, tc_arena *arena, tc_columns *ret)
{
    tc_str lists, doubt;
    tc_str_init(&lists, TEXT_MAX);
    tc_str_init(&doubt, TEXT_MAX);
    read_widths(sample, &lists, &doubt, ret);
    tc_status status = keep(&lists, arena, &ret->lists);
    tc_status other = keep(&doubt, arena, &ret->doubt);
    return tc_failed(status) ? status : other;
}

/* -- by the user's word ------------------------------------------------------------------------ */

/* The first column of the row that is not what the list says; width if none. */
static size_t wrong_column(const tc_slice *names, const tc_cell *row, size_t width)
{
    for (size_t c = 0; c < width; c++) {
        tc_w3c_shape shape = tc_w3c_shape_of(names[c]);
        if (tc_w3c_shape_is_hard(shape) && !tc_w3c_shape_fits(shape, row[c])) return c;
    }
    return width;
}

/* Whether most of the rows of the list's width are what it says; *ret_wrong is a column of a row
 * that is not. */
static bool holds(const tc_w3c_table *table, const tc_slice *names, size_t *ret_wrong)
{
    size_t right = 0;
    *ret_wrong = 0;
    for (size_t r = 0; r < table->rows; r++) {
        size_t wrong = wrong_column(names, table->cells + r * table->width, table->width);
        if (wrong == table->width)
            right++;
        else
            *ret_wrong = wrong;
    }
    return 2 * right > table->rows;
}

static TC_STATUS hold_against(const tc_w3c_sample *sample, tc_slice given, tc_arena *arena,
                              tc_columns *ret)
{
    tc_slice names[TC_W3C_LEARNED_WIDTH];
    tc_w3c_form form;
    tc_str doubt;
    size_t wrong = 0;
    if (!tc_arena_copy(arena, given, &ret->lists)) return (tc_status){TC_ENOMEM};
    ret->spare = sample->headed && sample->count == 0;
    if (sample->count == 0 || !tc_w3c_form_read(given, names, TC_COUNT_OF(names), &form))
        return TC_SUCCESS;
    const tc_w3c_table *most = &sample->widths[0].table;
    tc_str_init(&doubt, TEXT_MAX);
    if (most->width != form.width)
        tc_str_addf(&doubt, "its rows have %zu columns, --fields names %u", most->width,
                    (unsigned)form.width);
    else if (!holds(most, names, &wrong))
        tc_str_addf(&doubt, "column %zu of its rows is no %.*s, as --fields says", wrong + 1,
                    (int)names[wrong].len, (const char *)names[wrong].ptr);
    if (doubt.len && !sample->headed) ret->lists = TC_EMPTY_SLICE;
    if (sample->headed) tc_str_clear(&doubt);
    return keep(&doubt, arena, &ret->doubt);
}

static TC_STATUS learn(const tc_parser *self, tc_slice head, bool whole, tc_slice given,
                       tc_arena *arena, tc_columns *ret)
{
    (void)self;
    tc_w3c_sample sample;
    *ret = (tc_columns){.rows = 0};
    TC_TRY(tc_w3c_sample_take(head, whole, arena, &sample));
    return given.len ? hold_against(&sample, given, arena, ret)
                     : learn_by_shapes(&sample, arena, ret);
}

static bool is_among(const tc_slice *names, size_t count, tc_slice name)
{
    for (size_t i = 0; i < count; i++)
        if (tc_slice_equal_ascii(names[i], name)) return !tc_slice_equal(name, TC_LIT("-"));
    return false;
}

static TC_STATUS check(const tc_parser *self, tc_slice names, tc_error *reterr)
{
    (void)self;
    tc_slice rest = names, name, taken[TC_W3C_LEARNED_WIDTH];
    bool time = false;
    size_t count = 0;
    while (tc_directive_name(&rest, TC_LIT(" \t"), &name)) {
        if (is_among(taken, TC_MIN(count, TC_COUNT_OF(taken)), name))
            return tc_fail(reterr, TC_ESYNTAX, "two columns are called '%.*s'",
                           (int)TC_MIN(name.len, (size_t)60), (const char *)name.ptr);
        if (count < TC_COUNT_OF(taken)) taken[count] = name;
        if (!tc_w3c_column_known(name))
            return tc_fail(reterr, TC_ESYNTAX, "'%.*s' is no column of a W3C log",
                           (int)TC_MIN(name.len, (size_t)60), (const char *)name.ptr);
        time = time || tc_slice_equal_ascii(name, TC_LIT("time")) ||
               tc_slice_equal_ascii(name, TC_LIT("time-local"));
        count++;
    }
    if (count > TC_W3C_LEARNED_WIDTH)
        return tc_fail(reterr, TC_ESYNTAX, "%zu columns are too many (at most %d)", count,
                       TC_W3C_LEARNED_WIDTH);
    return time ? TC_SUCCESS : tc_fail(reterr, TC_ESYNTAX, "no column is the time");
}

const tc_column_reader tc_w3c_column_reader = {.check = check, .learn = learn};
