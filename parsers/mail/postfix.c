/* Postfix 2 and 3: who sends, by what name, and what becomes of it. */
#include "parsers/mail/mail_server.h"

static const tc_mail_pair pairs[] = {
    {"from", TC_MAIL_SENDER}, {"to", TC_MAIL_RECIPIENT}, {NULL, TC_MAIL_PROGRAM}};

#define SERVICE(part, pattern, deed)                                                               \
    {                                                                                              \
        part, pattern, deed, TC_MAIL_PROGRAM, "smtp"                                               \
    }

static const tc_mail_row rows[] = {
    /* A server that failed, or a client that went away, refused nobody. */
    SERVICE("smtpd",
            "warning: {client_name}[{client}]*: SASL {mechanism} authentication failed: Connection "
            "lost to{reason}",
            TC_MAIL_DEED_NOTHING),
    SERVICE("smtpd",
            "warning: {client_name}[{client}]*: SASL {mechanism} authentication failed: Temporary "
            "{reason}",
            TC_MAIL_DEED_NOTHING),
    SERVICE("smtpd",
            "warning: {client_name}[{client}]*: SASL {mechanism} authentication failed: "
            "{reason:last}, sasl_username={account}",
            TC_MAIL_DEED_REFUSED),
    SERVICE("smtpd",
            "warning: {client_name}[{client}]*: SASL {mechanism} authentication failed{reason}",
            TC_MAIL_DEED_REFUSED),
    SERVICE("smtpd",
            "{queue}: client={client_name}[{client}]*, sasl_method={mechanism}, "
            "sasl_username={account}, sasl_sender={sender}",
            TC_MAIL_DEED_LOGON),
    SERVICE("smtpd",
            "{queue}: client={client_name}[{client}]*, sasl_method={mechanism}, "
            "sasl_username={account}",
            TC_MAIL_DEED_LOGON),
    SERVICE("smtpd", "{queue}: client={client_name}[{client}]", TC_MAIL_DEED_CLIENT),
    SERVICE(NULL,
            "{queue}: *reject: {method} from {client_name}[{client}]*: {reason}; from=<{sender}> "
            "to=<{recipient}>*",
            TC_MAIL_DEED_REJECT),
    SERVICE(NULL,
            "{queue}: *reject: {method} from {client_name}[{client}]*: {reason}; from=<{sender}>, "
            "to=<{recipient}>*",
            TC_MAIL_DEED_REJECT),
    SERVICE(NULL, "{queue}: *reject: {method} from {client_name}[{client}]*: {reason}",
            TC_MAIL_DEED_REJECT),
    SERVICE("smtpd", "disconnect from {client_name}[{client}]", TC_MAIL_DEED_DISCONNECT),
    SERVICE("smtpd", "lost connection after {method} from {client_name}[{client}]",
            TC_MAIL_DEED_DISCONNECT),
    SERVICE("smtpd", "timeout after {method} from {client_name}[{client}]",
            TC_MAIL_DEED_DISCONNECT),
    SERVICE("smtpd", "connect from {client_name}[{client}]", TC_MAIL_DEED_NOTHING),
    SERVICE("smtpd", "{reason} after {method} from {client_name}[{client}]", TC_MAIL_DEED_NOTHING),
    SERVICE("smtpd", "{reason} from {client_name}[{client}]", TC_MAIL_DEED_NOTHING),
    SERVICE("smtpd", "warning: hostname {client_name} does not resolve to address {client}",
            TC_MAIL_DEED_NOTHING),
    SERVICE("smtpd", "warning: {client}: {reason}", TC_MAIL_DEED_NOTHING),
    SERVICE("smtpd", "warning: {client_name}[{client}]*: {reason}", TC_MAIL_DEED_NOTHING),
    SERVICE("postscreen", "{method} from [{client}]", TC_MAIL_DEED_NOTHING),
    SERVICE("cleanup",
            "{queue}: *: header Subject: {subject:last} from {client_name}[{client}]; "
            "from=<{sender}> to=<{recipient}>*",
            TC_MAIL_DEED_SUBJECT),
    SERVICE(
        "cleanup",
        "{queue}: *: header Subject: {subject:last} from local; from=<{sender}> to=<{recipient}>*",
        TC_MAIL_DEED_SUBJECT),
    SERVICE("cleanup", "{queue}: message-id=<{message_id}>", TC_MAIL_DEED_NOTHING),
    SERVICE("cleanup", "{queue}: message-id={message_id}", TC_MAIL_DEED_NOTHING),
    SERVICE("qmgr", "{queue}: from=<{sender}>*", TC_MAIL_DEED_NOTHING),
    SERVICE("pickup", "{queue}: *from=<{sender}>*", TC_MAIL_DEED_NOTHING),
    SERVICE("bounce", "{queue}: sender {reason}: {target}", TC_MAIL_DEED_REPORT),
    SERVICE(NULL, "{queue}: to=<{recipient}>*, status={status} *", TC_MAIL_DEED_DELIVERY),
    {NULL, NULL, TC_MAIL_DEED_NOTHING, TC_MAIL_PROGRAM, NULL},
};

const tc_mail_server tc_mail_server_postfix = {
    .name = "postfix",
    .home = TC_MAIL_HOME_LOG,
    .programs = {"postfix"},
    .rows = rows,
    .pairs = pairs,
    .separator = ',',
    .nobody = "(unavailable)",
};
