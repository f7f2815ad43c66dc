#include "detector/sigma/diagnostics.h"

#include "parsers/base/alloc.h"
#include "parsers/base/utf8.h"

#include <stdarg.h>

void tc_diagnostics_init(tc_diagnostics *d, const tc_rule_reporter *reporter)
{
    *d = (tc_diagnostics){.reporter = reporter};
}

void tc_diagnostics_done(tc_diagnostics *d)
{
    tc_free(d->list);
}

void tc_diagnostics_file(tc_diagnostics *d, tc_slice file, uint32_t ordinal)
{
    d->file = file;
    d->file_ordinal = ordinal;
}

static tc_diagnostic *add(tc_diagnostics *d, bool warning, tc_code code)
{
    if (!warning && (d->worst == TC_OK || d->worst == TC_ESYNTAX)) d->worst = code;
    if (!d->reporter) return NULL;
    if (tc_failed(tc_grow((void *)&d->list, &d->room, d->count + 1, sizeof *d->list,
                          TC_DIAGNOSTICS_MAX))) {
        d->left_out++;
        return NULL;
    }
    tc_diagnostic *one = &d->list[d->count++];
    *one = (tc_diagnostic){.file = d->file_ordinal, .warning = warning};
    (void)tc_slice_to_cstr(d->file, one->error.source, sizeof one->error.source);
    return one;
}

static void count_error(tc_diagnostics *d, uint32_t line, uint32_t column, tc_code code,
                        const char *text)
{
    d->any_error = true;
    if (d->errors++ > 0) return;
    d->first = (tc_error){.line = line, .column = column};
    (void)tc_fail(&d->first, code, "%s", text);
}

void tc_diagnostics_mark(tc_diagnostics *d)
{
    d->errors = 0;
    d->first = (tc_error){.code = TC_OK};
}

bool tc_diagnostics_forgive(tc_diagnostics *d)
{
    if (d->worst != TC_ESYNTAX) return false;
    d->worst = TC_OK;
    return true;
}

static void say(tc_diagnostics *d, bool warning, uint32_t line, uint32_t column, const char *text)
{
    tc_diagnostic *one = add(d, warning, TC_ESYNTAX);
    if (!warning) count_error(d, line, column, TC_ESYNTAX, text);
    if (!one) return;
    one->error.line = line;
    one->error.column = column;
    (void)tc_fail(&one->error, TC_ESYNTAX, "%s", text);
}

bool tc_diagnostics_error(tc_diagnostics *d, uint32_t line, uint32_t column, const char *format,
                          ...)
{
    char text[384];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    say(d, false, line, column, text);
    return false;
}

void tc_diagnostics_warn(tc_diagnostics *d, uint32_t line, uint32_t column, const char *format, ...)
{
    char text[384];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    say(d, true, line, column, text);
}

bool tc_diagnostics_add(tc_diagnostics *d, tc_status status, const tc_error *error)
{
    TC_ASSERT(tc_failed(status));
    tc_diagnostic *one = add(d, false, status.code);
    count_error(d, error->line, error->column, status.code, error->text);
    if (!one) return false;
    tc_error copy = *error;
    copy.code = status.code;
    memcpy(copy.source, one->error.source, sizeof copy.source);
    one->error = copy;
    return false;
}

bool tc_diagnostics_no_memory(tc_diagnostics *d)
{
    tc_error error = {.code = TC_OK};
    tc_status status = tc_fail(&error, TC_ENOMEM, "no memory for the rules");
    return tc_diagnostics_add(d, status, &error);
}

static int compare(const void *a, const void *b)
{
    const tc_diagnostic *x = a;
    const tc_diagnostic *y = b;
    if (x->file != y->file) return x->file < y->file ? -1 : 1;
    if (x->error.line != y->error.line) return x->error.line < y->error.line ? -1 : 1;
    if (x->error.column != y->error.column) return x->error.column < y->error.column ? -1 : 1;
    return strcmp(x->error.text, y->error.text);
}

TC_STATUS tc_diagnostics_flush(tc_diagnostics *d)
{
    if (d->count > 1) qsort(d->list, d->count, sizeof *d->list, compare);
    for (size_t i = 0; i < d->count; i++)
        if (i == 0 || compare(&d->list[i - 1], &d->list[i]) != 0)
            d->reporter->report(d->reporter->context, &d->list[i].error, d->list[i].warning);
    if (d->left_out > 0 && d->reporter) {
        tc_error more = {.code = TC_ELIMIT};
        (void)tc_slice_to_cstr(d->file, more.source, sizeof more.source);
        (void)tc_fail(&more, TC_ELIMIT, "%zu more errors and warnings are not shown", d->left_out);
        d->reporter->report(d->reporter->context, &more, !d->any_error);
    }
    d->count = 0;
    d->left_out = 0;
    return (tc_status){d->worst};
}

const char *tc_quote(tc_quoted *out, tc_slice token)
{
    tc_str text;
    tc_str_init(&text, 1024);
    bool cut = token.len > 60;
    tc_escape_text(&text, tc_slice_sub(token, 0, 60));
    if (text.len > 68) {
        text.len = 68;
        cut = true;
    }
    /* A cut inside a character leaves bytes above 0x7f at the end. */
    while (cut && text.len > 0 && text.data[text.len - 1] >= 0x80)
        text.len--;
    (void)snprintf(out->text, sizeof out->text, "'%.*s%s'", (int)text.len,
                   text.data ? (const char *)text.data : "", cut ? "..." : "");
    tc_str_done(&text);
    return out->text;
}

#define WORD_MAX 40

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* Edit distance with transpositions (optimal string alignment), ASCII case ignored. */
static size_t distance(tc_slice a, tc_slice b)
{
    size_t rows[3][WORD_MAX + 1];
    size_t *before = rows[0];
    size_t *last = rows[1];
    size_t *row = rows[2];
    for (size_t j = 0; j <= b.len; j++)
        last[j] = before[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            bool same = lower(a.ptr[i - 1]) == lower(b.ptr[j - 1]);
            size_t best = last[j - 1] + !same;
            best = TC_MIN(best, TC_MIN(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && lower(a.ptr[i - 1]) == lower(b.ptr[j - 2]) &&
                lower(a.ptr[i - 2]) == lower(b.ptr[j - 1]))
                best = TC_MIN(best, before[j - 2] + 1);
            row[j] = best;
        }
        size_t *oldest = before;
        before = last;
        last = row;
        row = oldest;
    }
    return last[b.len];
}

const char *tc_nearest(tc_slice word, const char *const *known, size_t count)
{
    const char *best = NULL;
    if (word.len > WORD_MAX || word.len < 2) return NULL;
    size_t limit = word.len < 4 ? 1 : TC_MIN(word.len / 3 + 1, 3);
    for (size_t i = 0; i < count; i++) {
        tc_slice candidate = tc_slice_of(known[i]);
        if (candidate.len > WORD_MAX || candidate.len > word.len + limit ||
            word.len > candidate.len + limit)
            continue;
        size_t d = distance(word, candidate);
        if (d > limit || (d == limit && best)) continue;
        limit = d;
        best = known[i];
    }
    return best;
}

const char *tc_suggest(tc_quoted *out, tc_slice word, const char *const *known, size_t count)
{
    const char *nearest = tc_nearest(word, known, count);
    out->text[0] = '\0';
    if (nearest) (void)snprintf(out->text, sizeof out->text, ", did you mean '%s'?", nearest);
    return out->text;
}
