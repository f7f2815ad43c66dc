/* The packings pcap and pcapng: a capture is unpacked into what was said in it
 * (parsers/packet/carrier.h). A capture may end anywhere, and damage ends it without a failure:
 * both are counted by who reads what comes out. */
#include "detector/input/chain.h"
#include "detector/input/packing.h"
#include "parsers/base/alloc.h"
#include "parsers/packet/carrier.h"

typedef struct uncapture {
    tc_carrier *carrier;
    tc_chain *chain; /* whose carrier is used instead; NULL: it stands for itself */
    tc_code failed;
} uncapture;

static void *create(void)
{
    uncapture *u = tc_alloc(1, sizeof *u);
    if (u) u->carrier = tc_carrier_new();
    if (u && u->carrier) return u;
    tc_free(u);
    return NULL;
}

static void destroy(void *decoder)
{
    uncapture *u = decoder;
    tc_carrier_free(u->carrier);
    tc_free(u);
}

static void begin(void *decoder)
{
    uncapture *u = decoder;
    u->chain = NULL;
    u->failed = tc_carrier_begin(u->carrier).code;
}

static void join(void *decoder, tc_chain *chain)
{
    uncapture *u = decoder;
    u->chain = chain;
}

static tc_carrier *carrier_of(const uncapture *u)
{
    return u->chain ? u->chain->carrier : u->carrier;
}

static tc_unpacked step(void *decoder, tc_slice *in, uint8_t *out, size_t room, size_t *ret_got)
{
    uncapture *u = decoder;
    *ret_got = 0;
    if (u->failed == TC_OK) u->failed = tc_carrier_step(carrier_of(u), in, out, room, ret_got).code;
    return u->failed == TC_OK ? TC_UNPACKED_SOME : TC_UNPACKED_NO_MEMORY;
}

static void finish(void *decoder)
{
    uncapture *u = decoder;
    if (u->failed != TC_OK) return;
    if (u->chain)
        tc_chain_finish(u->chain);
    else
        tc_carrier_finish(u->carrier);
}

static const char *problem(const void *decoder)
{
    (void)decoder;
    return "its packets cannot be told apart";
}

#define CAPTURE                                                                                    \
    .capture = true, .create = create, .destroy = destroy, .begin = begin, .step = step,           \
    .join = join, .finish = finish, .problem = problem

const tc_packing tc_packing_pcap = {
    .name = "pcap",
    .suffix = ".pcap",
    .magic = {4, 0xFF, {0xD4, 0xC3, 0xB2, 0xA1}},
    .other = {4, 0xFF, {0x4D, 0x3C, 0xB2, 0xA1}},
    CAPTURE,
};

const tc_packing tc_packing_pcap_swapped = {
    .name = "pcap",
    .magic = {4, 0xFF, {0xA1, 0xB2, 0xC3, 0xD4}},
    .other = {4, 0xFF, {0xA1, 0xB2, 0x3C, 0x4D}},
    CAPTURE,
};

const tc_packing tc_packing_pcap_patched = {
    .name = "pcap",
    .magic = {4, 0xFF, {0x34, 0xCD, 0xB2, 0xA1}},
    .other = {4, 0xFF, {0xA1, 0xB2, 0xCD, 0x34}},
    CAPTURE,
};

const tc_packing tc_packing_pcapng = {
    .name = "pcapng",
    .suffix = ".pcapng",
    .magic = {4, 0xFF, {0x0A, 0x0D, 0x0D, 0x0A}},
    CAPTURE,
};
