/*
 * smtp_message: one message of an SMTP dialogue: whom it is from and for, and its content.
 *
 * Recipients count until the server refuses them. Content comes as lines, or as pieces of lines:
 * chunks of BDAT end anywhere (RFC 3030, 2), so what a chunk has of a line is kept for the next, as
 * far as a header may be long.
 */
#ifndef TC_PACKET_SMTP_MESSAGE_H
#define TC_PACKET_SMTP_MESSAGE_H

#include "parsers/packet/deed.h"

typedef struct tc_smtp_message {
    bool open;     /* its content has begun */
    bool complete; /* ... and ended: what the server says of it is awaited */
    bool has_path;
    bool full; /* no more recipients have room: those that follow are not told */
    char path[512];
    char recipients[2048]; /* one a line */
    size_t answered;       /* bytes of them that the server has accepted */
    size_t carried;        /* bytes of a line that has not ended */
    char carry[TC_MAIL_TEXT];
    tc_mail mail;
} tc_smtp_message;

void tc_smtp_message_forget(tc_smtp_message *m);
/* MAIL, after what was before is forgotten; RCPT. */
void tc_smtp_message_from(tc_smtp_message *m, tc_slice path);
void tc_smtp_message_to(tc_smtp_message *m, tc_slice path);
/* The server's word about the first recipient of whom it has said nothing. */
void tc_smtp_message_answer(tc_smtp_message *m, bool accepted);
/* What it says of those so far will not be known: they count. */
void tc_smtp_message_presume(tc_smtp_message *m);
/* The content begins; its next line; the next piece of it, which may be the end of a line. */
void tc_smtp_message_begin(tc_smtp_message *m);
void tc_smtp_message_line(tc_smtp_message *m, tc_slice line);
void tc_smtp_message_piece(tc_smtp_message *m, tc_slice piece, bool ends);
/* Tells it if its content has ended, and forgets it. */
void tc_smtp_message_tell(tc_dialogue *d, tc_smtp_message *m);

#endif
