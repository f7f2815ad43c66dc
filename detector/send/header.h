/*
 * header: what stands before a body on its way: priority, time of sending, host, program.
 *
 * RFC 5424: three decimals, UTC; structured data is nil unless the body begins with it. RFC 3164:
 * the stamp has neither year nor zone, so it is local time, as its readers take it; CEF and LEEF
 * are their own tag. At most 330 bytes.
 */
#ifndef TC_SEND_HEADER_H
#define TC_SEND_HEADER_H

#include "detector/send/receiver.h"

void tc_header_add(const tc_receiver *receiver, tc_form form, const tc_parcel *parcel, tc_time now,
                   int64_t zone, tc_str *out);

#endif
