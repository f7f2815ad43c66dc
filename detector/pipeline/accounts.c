#include "detector/pipeline/accounts.h"

#include "detector/settings/file.h"
#include "parsers/base/alloc.h"
#include "parsers/parser.h"

#define FILE_MAX ((size_t)256 << 20)
#define HEAD ((size_t)64 << 10)
#define WANTED "a CSV of names, one row per mailbox"

static TC_STATUS refuse(const char *path, const char *is, const char *more, tc_error *reterr)
{
    return tc_fail_at(reterr, TC_ESYNTAX, path, 0, 0, "--accounts: is %s%s; wanted is " WANTED, is,
                      more);
}

static TC_STATUS check_head(const char *path, tc_slice head, tc_error *reterr)
{
    const tc_parser *parser = NULL;
    bool wide =
        tc_slice_starts(head, TC_LIT("\xFF\xFE")) || tc_slice_starts(head, TC_LIT("\xFE\xFF"));
    if (wide) return TC_SUCCESS; /* its reader has better words for that */
    if (tc_slice_find(head, 0) != TC_NPOS) return refuse(path, "no text", "", reterr);
    tc_status status = tc_parser_probe(head, TC_EMPTY_SLICE, &parser);
    if (tc_failed(status)) return tc_fail(reterr, status.code, "no memory for --accounts");
    if (parser) return refuse(path, "a log of format ", parser->name, reterr);
    tc_slice text = tc_slice_trim(head);
    if (text.len && (text.ptr[0] == '<' || text.ptr[0] == '{' || text.ptr[0] == '['))
        return refuse(path, text.ptr[0] == '<' ? "XML or HTML" : "JSON", "", reterr);
    return TC_SUCCESS;
}

TC_STATUS tc_accounts_read(const char *path, uint8_t **ret, size_t *ret_length, tc_error *reterr)
{
    return tc_read_file(path, FILE_MAX, ret, ret_length, reterr);
}

TC_STATUS tc_accounts_check(const char *path, tc_error *reterr)
{
    uint8_t *data;
    size_t length;
    TC_TRY(tc_accounts_read(path, &data, &length, reterr));
    tc_status status = check_head(path, tc_slice_make(data, TC_MIN(length, HEAD)), reterr);
    tc_free(data);
    return status;
}
