/*
 * syslog_frames: one stream of syslog cut into messages (RFC 6587, RFC 5425).
 *
 * What the first byte is decides for the whole stream: a digit begins octet counting, everything
 * else is lines. A message that is too long is passed over; a length that is none ends the stream,
 * since nobody could say where the next one begins. Pure but for memory; one thread.
 */
#ifndef TC_RECEIVE_SYSLOG_FRAMES_H
#define TC_RECEIVE_SYSLOG_FRAMES_H

#include "parsers/base/str.h"

#define TC_SYSLOG_MESSAGE_MAX ((size_t)256 << 10)

typedef enum tc_syslog_result {
    TC_SYSLOG_MORE,
    TC_SYSLOG_MESSAGE,
    TC_SYSLOG_LONG, /* one that was passed over */
    TC_SYSLOG_BROKEN
} tc_syslog_result;

typedef struct tc_syslog_frames {
    tc_str message;
    enum { TC_SYSLOG_UNKNOWN, TC_SYSLOG_COUNTED, TC_SYSLOG_LINES } kind;
    uint32_t left; /* of a counted message */
    uint32_t digits;
    bool in_message, skips, given;
} tc_syslog_frames;

void tc_syslog_frames_init(tc_syslog_frames *frames);
void tc_syslog_frames_done(tc_syslog_frames *frames);
/* Takes bytes off *bytes up to the end of the next message. */
TC_MUST_USE tc_syslog_result tc_syslog_frames_next(tc_syslog_frames *frames, tc_slice *bytes);
/* The stream is over: what stands there is the last message, of lines. */
TC_MUST_USE tc_syslog_result tc_syslog_frames_end(tc_syslog_frames *frames);
/* The message without what ended it; until the next call. */
tc_slice tc_syslog_frames_message(const tc_syslog_frames *frames);
/* Nothing is half. */
bool tc_syslog_frames_are_at_rest(const tc_syslog_frames *frames);
/* Without line ends and zeros at its end: also of a datagram. */
tc_slice tc_syslog_trim(tc_slice message);

#endif
