/*
 * message: from an alert to what a receiver is sent.
 *
 * Two steps, apart in time. Telling makes a payload when the alert is made: its kind and form and
 * the body, whole, no header; that is what an outbox keeps. Composing makes the message when it is
 * sent: the header with the time of sending, and the body cut to the receiver's size in a defined
 * order (fit.h). Event times stand in fields, and the same payload gives the same body, so a
 * message that is sent twice differs in its header only.
 */
#ifndef TC_SEND_MESSAGE_H
#define TC_SEND_MESSAGE_H

#include "detector/output/output.h"
#include "detector/send/notice.h"
#include "detector/send/receiver.h"

#define TC_PAYLOAD_MAX ((size_t)4 << 20)

typedef struct tc_teller tc_teller;

/* One for each receiver; the receiver outlives it. One thread. */
tc_teller *tc_teller_new(const tc_receiver *receiver, bool redact) TC_MUST_USE;
void tc_teller_free(tc_teller *teller);
/* Each appends a payload. Nothing is appended for an alert below the receiver's lowest level, or
 * without memory, which the text's status says. */
void tc_teller_alert(tc_teller *teller, const tc_alert *alert, tc_str *out);
void tc_teller_summary(tc_teller *teller, const tc_summary *summary, tc_str *out);
void tc_teller_notice(tc_teller *teller, const tc_notice *notice, tc_str *out);

typedef struct tc_sending {
    tc_time now;
    int64_t zone; /* of headers that have local time */
    tc_level level;
} tc_sending;

/* Appends the message of at most the receiver's size; the parcel points into `out` and the payload.
 * TC_ESYNTAX: these bytes are no payload. */
TC_STATUS tc_message_compose(const tc_receiver *receiver, tc_slice payload, tc_slice id,
                             const tc_sending *sending, tc_str *out, tc_parcel *ret,
                             tc_error *reterr);

#endif
