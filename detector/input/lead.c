#include "detector/input/lead.h"

#include "detector/input/utf16.h"

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

tc_slice tc_lead_text(tc_slice head)
{
    return tc_slice_sub(head, nuls_of(head), head.len);
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
    if (!*ret && nuls > 0) TC_TRY(probe_behind(tc_lead_text(head), name, ret));
    if (!*ret && nuls == 0) TC_TRY(probe_behind(behind_rest(head), name, ret));
    return TC_SUCCESS;
}

/* Names that servers give to their logs alone; other programs' binary files end in .log, too. */
static const struct {
    const char *begins, *looks_like;
} names[] = {
    {"u_ex", "a log of IIS by its name, and not by what is in it"},
    {"u_nc", "a log of IIS by its name, and not by what is in it"},
    {"u_in", "a log of IIS by its name, and not by what is in it"},
    {"MSGTRK", "message tracking by its name, and not by what is in it"},
};

static const tc_likeness behind_nuls = {
    "a log that was lost, or begins farther on: NUL bytes stand at its start",
    "copy it once more; without them: tr -d '\\0' < FILE > FILE.log"};

bool tc_likeness_of_wide(tc_slice head, tc_slice text, tc_likeness *ret)
{
    size_t mark;
    *ret = behind_nuls;
    return head.len > 0 && head.ptr[0] == 0 && tc_encoding_detect(text, &mark) != TC_ENCODING_UTF8;
}

bool tc_likeness_of_lost(tc_slice head, tc_slice name, tc_likeness *ret)
{
    if (head.len == 0 || !tc_lead_is_binary(head)) return false;
    if (nuls_of(head) == head.len) {
        *ret = behind_nuls;
        return true;
    }
    for (size_t i = 0; i < TC_COUNT_OF(names); i++) {
        if (!tc_slice_starts_ascii(name, tc_slice_of(names[i].begins))) continue;
        *ret = (tc_likeness){names[i].looks_like, "copy it from the server once more"};
        return true;
    }
    return false;
}
