/*
 * mail_carried: what a container's runtime writes before a line of a log.
 *
 * docker compose names the container ("mail-1  | "), docker logs -t the time, and the files of a
 * runtime (CRI, /var/log/pods) the time and the stream: "2024-05-02T06:00:00.123456789Z stdout F ".
 */
#ifndef TC_MAIL_MAIL_CARRIED_H
#define TC_MAIL_MAIL_CARRIED_H

#include "parsers/base/time.h"

typedef struct tc_mail_carried {
    tc_slice line; /* as it was written */
    tc_time sent;  /* TC_TIME_NONE: not said, or the line begins with that time itself */
    bool cut;      /* it goes on in the next line: P */
} tc_mail_carried;

tc_mail_carried tc_mail_carried_open(tc_slice line);

#endif
