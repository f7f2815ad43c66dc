/* Which captures are of one ring, by what they are called. */
#include "detector/input/chain.h"

#include <criterion/criterion.h>

Test(chain, files_of_a_ring_have_one_name_and_others_do_not)
{
    static const char *const rows[][2] = {
        {"a/cap_00001_20110309.pcap", "a/cap__"},
        {"a/cap_00002_20110309.pcap.gz", "a/cap__"},
        {"dump.pcap", "dump"},
        {"dump.pcap1", "dump"},
        {"dump.pcap12.zst", "dump"},
        {"cap00", "cap"},
        {"2011-03-09_07.pcapng", "--_"},
        {"eth0_00001_2011.pcap", "eth0__"},
        {"eth1_00001_2011.pcap", "eth1__"},
        {"ens192-7.pcap", "ens192-"},
        {"trace2011030907_1.pcap", "trace_"},
        {"d1/cap1.pcap", "d1/cap"},
        {"d2/cap1.pcap", "d2/cap"},
        {"", ""},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_str name;
        tc_str_init(&name, 256);
        tc_chain_name(tc_slice_of(rows[i][0]), &name);
        cr_expect(tc_slice_equal(tc_str_view(&name), tc_slice_of(rows[i][1])), "%s: %.*s",
                  rows[i][0], (int)name.len, (const char *)name.data);
        tc_str_done(&name);
    }
}
