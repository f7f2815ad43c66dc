/* fuzz_evtx_plan: any bytes as a chunk of an event log; what is read by plans is what its XML says.
 */
#include "parsers/windows/evtx_chunk.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/evtx_twice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > TC_EVTX_CHUNK) return 0;
    tc_evtx_twice found = tc_evtx_read_twice(tc_slice_make(data, size), size % 2 == 0);
    TC_ASSERT(found.differ == 0);
    return 0;
}
