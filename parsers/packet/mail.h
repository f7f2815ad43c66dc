/*
 * mail: what a message says of itself, out of its lines.
 *
 * Only the outermost headers count: a report carries the message that it is about, headers and all.
 * Of the body nothing is kept but whom a delivery report is about. Headers that go on over several
 * lines are joined; encoded words (RFC 2047, RFC 2231) and legacy charsets become UTF-8.
 */
#ifndef TC_PACKET_MAIL_H
#define TC_PACKET_MAIL_H

#include "parsers/base/slice.h"

#define TC_MAIL_TEXT 2048

typedef struct tc_mail {
    bool body;      /* the headers have ended */
    bool part_type; /* in the type of one of its parts */
    bool report;    /* in the part of a delivery report that is for machines */
    char *open;     /* the header that goes on */
    size_t open_size;
    char subject[TC_MAIL_TEXT];
    char from[512];
    char to[1024];
    char message_id[512];
    char language[128];
    char automatic[128];
    char precedence[64];
    char type[512];
    char suppress[128];  /* X-Auto-Response-Suppress */
    char recipient[256]; /* Final-Recipient of a report */
    char action[64];
    char status[64];
} tc_mail;

void tc_mail_begin(tc_mail *mail);
/* The next line, without its end and with its leading dot undone. */
void tc_mail_line(tc_mail *mail, tc_slice line);
/* The subject in UTF-8; *ret_language is what an encoded word says of it (RFC 2231), or "". */
void tc_mail_subject(const tc_mail *mail, char *out, size_t size, char *language, size_t room);
/* The address of a From or To: between <>, else the whole. */
tc_slice tc_mail_address(tc_slice text);

/* mail_words.c: decodes encoded words; those of a charset that is not known stay as their bytes. */
void tc_mail_decode(tc_slice text, char *out, size_t size, char *language, size_t room);

#endif
