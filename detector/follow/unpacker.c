#include "detector/follow/unpacker.h"

void tc_unpacker_leave(tc_unpacker *unpacker)
{
    if (unpacker->open) tc_bytes_close(unpacker->top);
    unpacker->open = false;
    unpacker->file = NULL;
    unpacker->candidate = NULL;
}

void tc_unpacker_forget(tc_unpacker *unpacker, const tc_followed *file)
{
    if (unpacker->file != file && unpacker->candidate != file) return;
    unpacker->file = NULL;
    unpacker->candidate = NULL;
}

void tc_unpacker_done(tc_unpacker *unpacker)
{
    tc_unpacker_leave(unpacker);
    tc_unpack_done(&unpacker->unpack);
    tc_cap_done(&unpacker->cap);
}
