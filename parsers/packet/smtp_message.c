#include "parsers/packet/smtp_message.h"

#include "parsers/packet/encoded.h"
#include "parsers/packet/octets.h"

void tc_smtp_message_forget(tc_smtp_message *m)
{
    m->open = m->complete = m->has_path = m->full = false;
    m->path[0] = m->recipients[0] = '\0';
    m->answered = m->carried = 0;
    tc_mail_begin(&m->mail);
}

void tc_smtp_message_from(tc_smtp_message *m, tc_slice path)
{
    m->has_path = true;
    tc_copy_text(m->path, sizeof m->path, path);
}

void tc_smtp_message_to(tc_smtp_message *m, tc_slice path)
{
    size_t have = strlen(m->recipients);
    /* Nobody behind one that was left out: so answers find theirs. */
    m->full |= have + path.len + 2 > sizeof m->recipients;
    if (m->full) return;
    tc_copy_text(m->recipients + have, sizeof m->recipients - have - 1, path);
    have = strlen(m->recipients);
    m->recipients[have] = '\n';
    m->recipients[have + 1] = '\0';
}

void tc_smtp_message_answer(tc_smtp_message *m, bool accepted)
{
    char *first = m->recipients + m->answered, *end = strchr(first, '\n');
    if (!end) return;
    if (accepted)
        m->answered = (size_t)(end - m->recipients) + 1;
    else
        memmove(first, end + 1, strlen(end + 1) + 1);
}

void tc_smtp_message_presume(tc_smtp_message *m)
{
    m->answered = strlen(m->recipients);
}

void tc_smtp_message_begin(tc_smtp_message *m)
{
    m->open = true;
    m->complete = false;
    m->carried = 0;
    tc_mail_begin(&m->mail);
}

void tc_smtp_message_line(tc_smtp_message *m, tc_slice line)
{
    tc_mail_line(&m->mail, line);
}

void tc_smtp_message_piece(tc_smtp_message *m, tc_slice piece, bool ends)
{
    if (ends && m->carried == 0) {
        tc_mail_line(&m->mail, piece);
        return;
    }
    /* Of a line that is too long its beginning is enough. */
    size_t n = TC_MIN(piece.len, sizeof m->carry - m->carried);
    if (n > 0) memcpy(m->carry + m->carried, piece.ptr, n);
    m->carried += n;
    if (!ends) return;
    if (m->carry[m->carried - 1] == '\r') m->carried--; /* the cut was between CR and LF */
    tc_mail_line(&m->mail, tc_slice_make(m->carry, m->carried));
    m->carried = 0;
}

void tc_smtp_message_tell(tc_dialogue *d, tc_smtp_message *m)
{
    size_t length = strlen(m->recipients);
    for (size_t i = 0; i < length; i++)
        if (m->recipients[i] == '\n') m->recipients[i] = ';';
    const tc_deed_message message = {.source = "SMTP",
                                     .event = "RECEIVE",
                                     .return_path = tc_slice_of(m->path),
                                     .has_return_path = m->has_path,
                                     .recipients =
                                         tc_slice_make(m->recipients, length > 0 ? length - 1 : 0)};
    if (m->open && m->complete) tc_deed_mail(d, &message, &m->mail);
    tc_smtp_message_forget(m);
}
