#include "detector/enrich/message_kind.h"

#include "parsers/base/prelude.h"

const char *tc_message_kind_name(tc_message_kind kind)
{
    static const char *const names[TC_MESSAGE_KIND_COUNT] = {
        [TC_MESSAGE_NONE] = "none",       [TC_MESSAGE_OOF] = "oof",
        [TC_MESSAGE_QUOTA] = "quota",     [TC_MESSAGE_MEETING] = "meeting",
        [TC_MESSAGE_RECEIPT] = "receipt", [TC_MESSAGE_RECALL] = "recall",
        [TC_MESSAGE_NDR] = "ndr",
    };
    TC_ASSERT(kind < TC_MESSAGE_KIND_COUNT);
    return names[kind];
}
