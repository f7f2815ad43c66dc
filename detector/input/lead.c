#include "detector/input/lead.h"

enum {
    REST_MAX = 32 * 1024, /* the rest of a record is no longer */
    CONTROLS_IN = 64,     /* one of so many bytes may be a control character */
};

static size_t nuls_of(tc_slice head)
{
    size_t n = 0;
    while (n < head.len && head.ptr[n] == 0)
        n++;
    return n;
}

static bool is_control(uint8_t byte)
{
    return byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f';
}

bool tc_lead_is_binary(tc_slice head)
{
    size_t controls = 0;
    for (size_t i = 0; i < head.len; i++)
        controls += is_control(head.ptr[i]);
    return controls * CONTROLS_IN > head.len;
}

/* What stands behind the first line, if that can be the rest of what a later one is whole: both end
 * alike. */
static tc_slice behind_rest(tc_slice head)
{
    tc_slice behind = TC_EMPTY_SLICE;
    tc_slice line = tc_slice_trim(tc_slice_split(tc_slice_sub(head, 0, REST_MAX), '\n', &behind));
    if (behind.len == 0) return TC_EMPTY_SLICE;
    behind = tc_slice_trim(tc_slice_sub(head, (size_t)(behind.ptr - head.ptr), head.len));
    bool json = tc_slice_starts(behind, TC_LIT("{"));
    bool rest = json ? tc_slice_ends(line, TC_LIT("}")) || tc_slice_ends(line, TC_LIT("},"))
                     : tc_slice_ends(line, TC_LIT(">"));
    return rest && (json || tc_slice_starts(behind, TC_LIT("<"))) ? behind : TC_EMPTY_SLICE;
}

/* Where records have a form of their own, the first of which is damaged. A parser that takes any
 * records would take the second line of any text. */
static TC_STATUS probe_behind(tc_slice behind, tc_slice name, const tc_parser **ret)
{
    if (behind.len == 0) return TC_SUCCESS;
    TC_TRY(tc_parser_probe(behind, name, ret));
    if (*ret && (*ret)->any) *ret = NULL;
    return TC_SUCCESS;
}

TC_STATUS tc_lead_probe(tc_slice head, tc_slice name, const tc_parser **ret)
{
    size_t nuls = nuls_of(head);
    TC_TRY(tc_parser_probe(head, name, ret));
    if (!*ret && nuls > 0) TC_TRY(probe_behind(tc_slice_sub(head, nuls, head.len), name, ret));
    if (!*ret && nuls == 0) TC_TRY(probe_behind(behind_rest(head), name, ret));
    return TC_SUCCESS;
}

bool tc_likeness_of_nuls(tc_slice head, tc_likeness *ret)
{
    if (head.len == 0 || nuls_of(head) < head.len) return false;
    *ret =
        (tc_likeness){"a log that was lost, or begins farther on: NUL bytes stand at its beginning",
                      "copy it once more; take the NUL bytes out: tr -d '\\0' < FILE > FILE.log"};
    return true;
}
