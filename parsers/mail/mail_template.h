/*
 * mail_template: messages held against patterns that are data.
 *
 *   text             itself, in any case of ASCII letters
 *   *                anything, up to where the pattern goes on
 *   {name}           the same, kept as the field of that name (mail_fields.def)
 *   {name:last}      as much as possible; {any:last} is not kept
 *   {name:list}      ... of what ends in an address: a list of them, the first of which may be lies
 *   {name:closed}    what leaves no parenthesis open: "host (what it calls itself)"
 *   {name:typed}     what a stranger typed: where a later place says the same again, and not only
 *                    by repeating what was typed, that one counts
 *   {any:star}       an asterisk
 *   {name:success}   a status of three digits that begins with 2
 *   {client}         an address and nothing else; {client:any} is kept whatever it is. So is server
 *   {pairs}          the rest: "name=value" by the server's table, values in <>, [] or quotes
 *
 * A pattern fits a message that begins so; what follows does not matter, unless it ends in a field,
 * which takes the rest. Time is bounded by TC_TEMPLATE_TRIES ways to fit in each field.
 */
#ifndef TC_MAIL_MAIL_TEMPLATE_H
#define TC_MAIL_MAIL_TEMPLATE_H

#include "parsers/mail/mail.h"

#define TC_TEMPLATE_TRIES 8

/* Whether the message fits; then the fields are set, else none is. */
bool tc_mail_template_fits(const char *pattern, const tc_mail_server *server, tc_slice message,
                           tc_slice field[TC_MAIL_FIELDS]);
/* Pairs by the server's table. A name that comes twice counts the last time, because what a client
 * typed stands in front; but the account counts the first time. */
void tc_mail_pairs(const tc_mail_server *server, tc_slice text, tc_slice field[TC_MAIL_FIELDS]);

#endif
