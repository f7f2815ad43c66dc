/* --accounts: the names of each mailbox, from a CSV that some administrator exported. */
#include "detector/enrich/identity.h"
#include "parsers/base/map.h"

#define CELLS_MAX 256
#define BARE_MAX ((size_t)1 << 20)

typedef struct csv {
    const char *source;
    tc_slice text;
    size_t at;
    uint8_t separator;
    uint32_t line; /* of the record being read, and where its first byte stands */
    size_t line_at;
    uint32_t record_line;
    size_t count;
    tc_slice cells[CELLS_MAX];
} csv;

typedef struct loader {
    tc_identity *identity;
    csv csv;
    bool has_header;
    bool bare_counts[CELLS_MAX]; /* by column: a bare word is an account name */
    bool ignored[CELLS_MAX];     /* by column: names of others */
    bool audited[CELLS_MAX];     /* by column: whether the mailbox is audited */
    tc_map *bare_rows;           /* column and bare word -> rows that have it */
    size_t rows_with_names;
} loader;

/* -- RFC 4180 ------------------------------------------------------------------------------- */

static TC_STATUS wrong(const csv *c, size_t at, tc_error *reterr, const char *what)
{
    return tc_fail_at(reterr, TC_ESYNTAX, c->source, c->line, (uint32_t)(at - c->line_at) + 1, "%s",
                      what);
}

static bool ends_line(const csv *c, size_t at)
{
    return at >= c->text.len || c->text.ptr[at] == '\n' ||
           (c->text.ptr[at] == '\r' && at + 1 < c->text.len && c->text.ptr[at + 1] == '\n');
}

static TC_STATUS quoted_cell(csv *c, tc_slice *ret, tc_error *reterr)
{
    size_t open = c->at, begin = ++c->at;
    csv before = {.source = c->source, .line = c->line, .line_at = c->line_at};
    for (;; c->at++) {
        if (c->at >= c->text.len)
            return wrong(&before, open, reterr, "a quote is opened here and never closed");
        if (c->text.ptr[c->at] == '\n') {
            c->line++;
            c->line_at = c->at + 1;
        }
        if (c->text.ptr[c->at] != '"') continue;
        if (c->at + 1 < c->text.len && c->text.ptr[c->at + 1] == '"')
            c->at++;
        else
            break;
    }
    *ret = tc_slice_sub(c->text, begin, c->at - begin);
    c->at++;
    if (!ends_line(c, c->at) && c->text.ptr[c->at] != c->separator)
        return wrong(c, c->at, reterr, "text stands behind a closing quote");
    return TC_SUCCESS;
}

static void plain_cell(csv *c, tc_slice *ret)
{
    size_t begin = c->at;
    while (!ends_line(c, c->at) && c->text.ptr[c->at] != c->separator)
        c->at++;
    *ret = tc_slice_sub(c->text, begin, c->at - begin);
}

/* The next record's cells; *ret_more is false at the end. */
static TC_STATUS next_record(csv *c, bool *ret_more, tc_error *reterr)
{
    c->count = 0;
    *ret_more = c->at < c->text.len;
    if (!*ret_more) return TC_SUCCESS;
    c->record_line = ++c->line;
    c->line_at = c->at;
    for (;;) {
        if (c->count == CELLS_MAX) return wrong(c, c->at, reterr, "a row has more than 256 cells");
        tc_slice *cell = &c->cells[c->count++];
        if (c->at < c->text.len && c->text.ptr[c->at] == '"')
            TC_TRY(quoted_cell(c, cell, reterr));
        else
            plain_cell(c, cell);
        if (ends_line(c, c->at)) break;
        c->at++;
    }
    if (c->at < c->text.len) c->at += c->text.ptr[c->at] == '\r' ? 2 : 1;
    return TC_SUCCESS;
}

/* Comma, semicolon or tab, whichever the first line has most of outside quotes. */
static uint8_t guess_separator(tc_slice text)
{
    size_t commas = 0, semicolons = 0, tabs = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.len && (quoted || text.ptr[i] != '\n'); i++) {
        if (text.ptr[i] == '"') quoted = !quoted;
        if (quoted) continue;
        commas += text.ptr[i] == ',';
        semicolons += text.ptr[i] == ';';
        tabs += text.ptr[i] == '\t';
    }
    if (tabs > commas && tabs > semicolons) return '\t';
    return semicolons > commas ? ';' : ',';
}

static void rewind_to_start(csv *c)
{
    c->at = 0;
    c->line = 0;
    c->line_at = 0;
}

/* -- names ---------------------------------------------------------------------------------- */

static bool is_plain_name(const tc_name *n)
{
    return n->form == TC_NAME_SMTP || n->form == TC_NAME_NT || n->form == TC_NAME_SID ||
           n->form == TC_NAME_GUID;
}

static bool is_bare_name(const tc_name *n)
{
    return n->form == TC_NAME_BARE &&
           tc_slice_find((tc_slice){(const uint8_t *)n->text, n->length}, ' ') == TC_NPOS;
}

static bool heads(tc_slice title, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tc_slice_search_ascii(title, tc_slice_of(words[i])) != TC_NPOS) return true;
    return false;
}

static void read_header(loader *l)
{
    static const char *const accounts[] = {
        "sam",      "account", "login",  "logon",    "user",        "alias",  "uid",
        "nickname", "konto",   "compte", "benutzer", "identifiant", "utente", "usuario"};
    static const char *const no_names[] = {"display", "type", "domain", "control", "status"};
    static const char *const others[] = {
        "manager", "forward", "delegat",   "onbehalf",   "moderat",   "grant",     "assistant",
        "owner",   "member",  "createdby", "modifiedby", "secretary", "vorgesetzt"};
    for (size_t i = 0; i < l->csv.count; i++) {
        tc_slice title = l->csv.cells[i];
        l->audited[i] = tc_slice_equal_ascii(tc_slice_trim(title), TC_LIT("AuditEnabled"));
        l->ignored[i] = heads(title, others, TC_COUNT_OF(others));
        l->bare_counts[i] = heads(title, accounts, TC_COUNT_OF(accounts)) &&
                            !heads(title, no_names, TC_COUNT_OF(no_names));
    }
}

/* The rows that have the bare word in that column. */
static TC_STATUS bare_row_count(loader *l, size_t column, const tc_name *n, uint64_t **ret)
{
    uint8_t key[TC_NAME_MAX + 1];
    key[0] = (uint8_t)column;
    memcpy(key + 1, n->text, n->length);
    return tc_map_put(l->bare_rows, tc_slice_make(key, n->length + 1), ret, NULL);
}

static TC_STATUS count_bare_words(loader *l)
{
    for (size_t i = 0; i < l->csv.count; i++) {
        tc_name n;
        uint64_t *rows = NULL;
        tc_name_normalise(l->csv.cells[i], &n);
        if (!is_bare_name(&n)) continue;
        tc_status status = bare_row_count(l, i, &n, &rows);
        if (status.code == TC_ELIMIT) continue;
        TC_TRY(status);
        ++*rows;
    }
    return TC_SUCCESS;
}

static bool counts_as_name(loader *l, size_t column, const tc_name *n)
{
    if (l->ignored[column]) return false;
    if (is_plain_name(n)) return true;
    if (!is_bare_name(n)) return false;
    if (l->has_header) return l->bare_counts[column];
    uint64_t *rows = NULL;
    return !tc_failed(bare_row_count(l, column, n, &rows)) && *rows == 1;
}

/* A cell may hold several names: "SMTP:a@example.org;smtp:b@example.org". */
static void unite_row(loader *l)
{
    tc_slice first = TC_EMPTY_SLICE;
    bool unaudited = false;
    for (size_t i = 0; i < l->csv.count; i++) {
        tc_slice rest = l->csv.cells[i];
        if (l->audited[i]) unaudited = tc_slice_equal_ascii(tc_slice_trim(rest), TC_LIT("False"));
        uint8_t inner = l->csv.separator == ';' ? ',' : ';';
        while (rest.ptr != NULL) {
            tc_slice part = tc_slice_split(rest, inner, &rest);
            tc_name n;
            tc_name_normalise(part, &n);
            if (!counts_as_name(l, i, &n)) continue;
            if (first.len == 0) {
                first = part;
                l->rows_with_names++;
            }
            tc_identity_declare(l->identity, first, part);
        }
    }
    if (unaudited && first.len > 0) tc_identity_tell_unaudited(l->identity, first);
}

static TC_STATUS first_row(loader *l, bool *ret_more, tc_error *reterr)
{
    TC_TRY(next_record(&l->csv, ret_more, reterr));
    l->has_header = *ret_more;
    for (size_t i = 0; i < l->csv.count; i++) {
        tc_name n;
        tc_name_normalise(l->csv.cells[i], &n);
        if (is_plain_name(&n)) l->has_header = false;
    }
    if (l->has_header) read_header(l);
    return TC_SUCCESS;
}

static TC_STATUS load(loader *l, tc_error *reterr)
{
    bool more = false;
    TC_TRY(first_row(l, &more, reterr));
    size_t columns = l->csv.count;
    if (!l->has_header) rewind_to_start(&l->csv);
    csv start = l->csv;
    for (;;) {
        TC_TRY(next_record(&l->csv, &more, reterr));
        if (!more) break;
        if (l->csv.count > columns)
            return tc_fail_at(reterr, TC_ESYNTAX, l->csv.source, l->csv.record_line, 1,
                              "the row has %zu cells, the first one %zu", l->csv.count, columns);
        TC_TRY(count_bare_words(l));
    }
    l->csv = start;
    for (;;) {
        TC_TRY(next_record(&l->csv, &more, reterr));
        if (!more) break;
        unite_row(l);
    }
    if (l->rows_with_names == 0)
        return tc_fail_at(reterr, TC_ESYNTAX, l->csv.source, 0, 0,
                          "names no account: a row needs an address, DOMAIN\\user, SID or GUID");
    return TC_SUCCESS;
}

TC_STATUS tc_identity_load_accounts(tc_identity *identity, tc_slice file, tc_slice csv_text,
                                    tc_error *reterr)
{
    char source[256];
    tc_slice_to_cstr(file, source, sizeof(source));
    if (tc_slice_starts(csv_text, TC_LIT("\xFF\xFE")) ||
        tc_slice_starts(csv_text, TC_LIT("\xFE\xFF")))
        return tc_fail_at(reterr, TC_ESYNTAX, source, 1, 1,
                          "is UTF-16; save it as UTF-8 (Export-Csv -Encoding UTF8)");
    if (tc_slice_starts(csv_text, TC_LIT("\xEF\xBB\xBF")))
        csv_text = tc_slice_sub(csv_text, 3, TC_NPOS);
    loader l = {
        .identity = identity,
        .csv = {.source = source, .text = csv_text, .separator = guess_separator(csv_text)}};
    l.bare_rows = tc_map_new(BARE_MAX);
    if (l.bare_rows == NULL) return tc_fail(reterr, TC_ENOMEM, "no memory for --accounts");
    tc_status status = load(&l, reterr);
    tc_map_free(l.bare_rows);
    if (status.code == TC_ENOMEM) return tc_fail(reterr, TC_ENOMEM, "no memory for --accounts");
    return status;
}
