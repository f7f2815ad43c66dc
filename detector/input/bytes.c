#include "detector/input/bytes.h"

tc_bytes_result tc_bytes_read(tc_bytes from, uint8_t *buffer, size_t room, size_t *ret_got,
                              tc_error *reterr)
{
    TC_ASSERT(room > 0);
    *ret_got = 0;
    tc_bytes_result result = from.read(from.context, buffer, room, ret_got, reterr);
    TC_ASSERT((result == TC_BYTES_MORE) == (*ret_got > 0) && *ret_got <= room);
    return result;
}

void tc_bytes_close(tc_bytes bytes)
{
    if (bytes.close) bytes.close(bytes.context);
}

tc_bytes_result tc_bytes_tell(const tc_error *failure, tc_error *reterr)
{
    if (reterr) *reterr = *failure;
    return TC_BYTES_FAILED;
}
