/*
 * message_kind: which message a server writes by itself: out of office, quota, meeting answers,
 * receipts, recalls, delivery reports. The names are those of rules/tables/system-messages.tsv.
 */
#ifndef TC_ENRICH_MESSAGE_KIND_H
#define TC_ENRICH_MESSAGE_KIND_H

typedef enum tc_message_kind {
    TC_MESSAGE_NONE = 0, /* not a system message */
    TC_MESSAGE_OOF,
    TC_MESSAGE_QUOTA,
    TC_MESSAGE_MEETING,
    TC_MESSAGE_RECEIPT,
    TC_MESSAGE_RECALL,
    TC_MESSAGE_NDR,
    TC_MESSAGE_KIND_COUNT
} tc_message_kind;

/* "oof", in the tables and in the field that rules ask for; lives for ever. */
const char *tc_message_kind_name(tc_message_kind kind);

#endif
