#include "detector/enrich/tsv.h"

#include <errno.h>

#include "parsers/base/alloc.h"

static TC_STATUS read_whole(const char *path, uint8_t **ret, size_t *ret_length, tc_error *reterr)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL) return tc_fail_sys(reterr, errno, path, "cannot be opened");
    uint8_t *bytes = NULL;
    size_t capacity = 0, length = 0, got = 0;
    tc_status status = TC_SUCCESS;
    int reason = 0;
    do {
        status = tc_grow(&bytes, &capacity, length + 4096, 1, TC_TSV_MAX);
        if (tc_failed(status)) break;
        errno = 0;
        got = fread(bytes + length, 1, capacity - length, file);
        if (ferror(file)) reason = errno;
        length += got;
    } while (got > 0 && !ferror(file));
    if (status.code == TC_ELIMIT)
        status = tc_fail_at(reterr, TC_ELIMIT, path, 0, 0, "is larger than a table may be (%zu)",
                            TC_TSV_MAX);
    else if (tc_failed(status))
        status = tc_fail_at(reterr, status.code, path, 0, 0, "cannot be held: no memory");
    else if (ferror(file))
        status = tc_fail_sys(reterr, reason, path, "cannot be read");
    fclose(file);
    if (tc_failed(status)) {
        tc_free(bytes);
        return status;
    }
    *ret = bytes;
    *ret_length = length;
    return TC_SUCCESS;
}

/* The next line that says something; false at the end. */
static bool next_line(tc_tsv *t, tc_slice *ret)
{
    while (t->rest.len > 0) {
        tc_slice line = tc_slice_split(t->rest, '\n', &t->rest);
        t->line++;
        if (line.len > 0 && line.ptr[line.len - 1] == '\r') line.len--;
        if (line.len == 0 || line.ptr[0] == '#') continue;
        *ret = line;
        return true;
    }
    return false;
}

static TC_STATUS read_header(tc_tsv *t, const char *const *columns, tc_error *reterr)
{
    tc_slice line;
    if (!next_line(t, &line))
        return tc_fail_at(reterr, TC_ESYNTAX, t->path, 0, 0, "has no line that names its columns");
    bool found[TC_TSV_COLUMNS] = {false};
    while (line.ptr != NULL) {
        tc_slice name = tc_slice_trim(tc_slice_split(line, '\t', &line));
        for (size_t i = 0; i < t->wanted; i++) {
            if (!found[i] && tc_slice_equal(name, tc_slice_of(columns[i]))) {
                found[i] = true;
                t->place[i] = t->header_cells;
            }
        }
        t->header_cells++;
    }
    for (size_t i = 0; i < t->wanted; i++) {
        if (!found[i])
            return tc_fail_at(reterr, TC_ESYNTAX, t->path, t->line, 1, "no column is named \"%s\"",
                              columns[i]);
    }
    return TC_SUCCESS;
}

TC_STATUS tc_tsv_open(tc_tsv *t, const char *folder, const char *file, const char *const *columns,
                      size_t count, tc_error *reterr)
{
    TC_ASSERT(count > 0 && count <= TC_TSV_COLUMNS);
    *t = (tc_tsv){.wanted = count};
    int written = snprintf(t->path, sizeof(t->path), "%s/%s", folder, file);
    if (written < 0 || (size_t)written >= sizeof(t->path))
        return tc_fail_at(reterr, TC_ELIMIT, file, 0, 0, "the path of its folder is too long");
    size_t length = 0;
    TC_TRY(read_whole(t->path, &t->bytes, &length, reterr));
    t->rest = (tc_slice){t->bytes, length};
    if (tc_slice_starts(t->rest, TC_LIT("\xEF\xBB\xBF")))
        t->rest = tc_slice_sub(t->rest, 3, TC_NPOS);
    tc_status status = read_header(t, columns, reterr);
    if (tc_failed(status)) tc_tsv_close(t);
    return status;
}

void tc_tsv_close(tc_tsv *t)
{
    tc_free(t->bytes);
    t->bytes = NULL;
    t->rest = TC_EMPTY_SLICE;
}

TC_STATUS tc_tsv_next(tc_tsv *t, tc_slice *ret_cells, bool *ret_more, tc_error *reterr)
{
    tc_slice line;
    *ret_more = next_line(t, &line);
    if (!*ret_more) return TC_SUCCESS;
    const uint8_t *begin = line.ptr;
    for (size_t i = 0; i < t->wanted; i++) {
        ret_cells[i] = TC_EMPTY_SLICE;
        t->start[i] = 1;
    }
    for (size_t column = 0; line.ptr != NULL; column++) {
        tc_slice cell = tc_slice_split(line, '\t', &line);
        if (column >= t->header_cells)
            return tc_fail_at(reterr, TC_ESYNTAX, t->path, t->line,
                              (uint32_t)(cell.ptr - begin) + 1,
                              "more cells than the first line names columns");
        for (size_t i = 0; i < t->wanted; i++) {
            if (t->place[i] != column) continue;
            ret_cells[i] = cell;
            t->start[i] = (uint32_t)(cell.ptr - begin) + 1;
        }
    }
    return TC_SUCCESS;
}

TC_STATUS tc_tsv_wrong(const tc_tsv *t, size_t which, tc_error *reterr, const char *what,
                       tc_slice token)
{
    char shown[64];
    return tc_fail_at(reterr, TC_ESYNTAX, t->path, t->line, t->start[which], "%s: \"%s\"", what,
                      tc_slice_to_cstr(token, shown, sizeof(shown)));
}
