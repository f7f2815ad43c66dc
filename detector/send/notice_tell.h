/*
 * notice_tell: a notice in each of the forms.
 */
#ifndef TC_SEND_NOTICE_TELL_H
#define TC_SEND_NOTICE_TELL_H

#include "detector/send/notice.h"
#include "detector/send/receiver.h"

/* Appends the body as the receiver's form has it. */
void tc_notice_tell(const tc_notice *notice, const tc_receiver *receiver, tc_str *out);

#endif
