#include "detector/live/blob.h"

static TC_STATUS write_blob(void *context, tc_slice bytes)
{
    tc_blob *b = context;
    tc_str_add(b->out, bytes);
    return tc_str_status(b->out);
}

static TC_STATUS read_blob(void *context, uint8_t *out, size_t room, size_t *ret_got)
{
    tc_blob *b = context;
    *ret_got = TC_MIN(room, b->left.len);
    if (*ret_got > 0) memcpy(out, b->left.ptr, *ret_got);
    b->left = tc_slice_sub(b->left, *ret_got, TC_NPOS);
    return TC_SUCCESS;
}

bool tc_blob_save(tc_blob *b, tc_str *out, const char *name, uint32_t version)
{
    *b = (tc_blob){.out = out};
    b->visit = tc_visit_saver(write_blob, b);
    return b->begun = b->visit != NULL && tc_visit_begin(b->visit, name, version);
}

bool tc_blob_load(tc_blob *b, tc_slice bytes, const char *name, uint32_t version)
{
    *b = (tc_blob){.left = bytes};
    b->visit = tc_visit_loader(read_blob, b);
    b->begun = b->visit != NULL && tc_visit_begin(b->visit, name, version);
    if (!b->begun && b->visit != NULL) tc_visit_refuse(b->visit, "it is of another version");
    return b->begun;
}

TC_STATUS tc_blob_end(tc_blob *b, tc_error *reterr)
{
    if (b->visit == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    if (b->begun) tc_visit_end(b->visit);
    tc_status status = tc_visit_status(b->visit);
    if (tc_failed(status))
        (void)tc_fail(reterr, status.code, "%s: %s", tc_visit_where(b->visit),
                      tc_visit_problem(b->visit));
    tc_visit_free(b->visit);
    b->visit = NULL;
    return status;
}
