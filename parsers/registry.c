#include "parsers/registered.h"

#define LOWEST_BID 20

const tc_parser *const tc_parsers[] = {
#define TC_PARSER(name) &tc_parser_##name,
#include "parsers/parsers.def"
#undef TC_PARSER
    NULL};

const tc_parser *tc_parser_named(tc_slice name)
{
    for (const tc_parser *const *p = tc_parsers; *p; p++)
        if (tc_slice_equal(name, tc_slice_of((*p)->name))) return *p;
    return NULL;
}

uint64_t tc_parser_bit(const tc_parser *parser)
{
    for (unsigned i = 0; tc_parsers[i] && i < TC_PARSERS_MAX; i++)
        if (tc_parsers[i] == parser) return UINT64_C(1) << i;
    return 0;
}

uint32_t tc_parser_evidence(uint64_t bits)
{
    uint32_t evidence = 0;
    for (unsigned i = 0; tc_parsers[i] && i < TC_PARSERS_MAX; i++)
        if (bits >> i & 1) evidence |= tc_parsers[i]->evidence;
    return evidence;
}

const char *tc_unit_word(tc_unit unit)
{
    static const char *const words[TC_UNIT_COUNT] = {[TC_UNIT_LINE] = "line",
                                                     [TC_UNIT_RECORD] = "record",
                                                     [TC_UNIT_FRAME] = "frame",
                                                     [TC_UNIT_ELEMENT] = "element"};
    return words[unit];
}

static TC_STATUS highest_bid(bool binary, tc_slice head, tc_slice name, const tc_parser **ret)
{
    int highest = LOWEST_BID - 1;
    *ret = NULL;
    for (const tc_parser *const *p = tc_parsers; *p; p++) {
        if ((*p)->binary != binary) continue;
        int bid = (*p)->probe(*p, head, name);
        if (bid == TC_PROBE_NO_MEMORY) {
            *ret = NULL;
            return (tc_status){TC_ENOMEM};
        }
        if (bid > highest) {
            highest = bid;
            *ret = *p;
        }
    }
    return TC_SUCCESS;
}

TC_STATUS tc_parser_probe(tc_slice head, tc_slice name, const tc_parser **ret)
{
    return highest_bid(false, head, name, ret);
}

TC_STATUS tc_parser_probe_binary(tc_slice start, tc_slice name, const tc_parser **ret)
{
    return highest_bid(true, start, name, ret);
}
