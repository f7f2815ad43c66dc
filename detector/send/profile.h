/*
 * profile: what a kind of receiver reads well.
 *
 * One const row each; a receiver takes from it whatever its settings do not say. Ours is the
 * choice, theirs the reason, which stands beside the row.
 */
#ifndef TC_SEND_PROFILE_H
#define TC_SEND_PROFILE_H

#include "parsers/base/slice.h"

/* How the alert itself is written. */
typedef enum tc_form {
    TC_FORM_UNSET = 0,
    TC_FORM_SYSLOG, /* structured data, then the sentence */
    TC_FORM_LOCAL,  /* the sentence, then the same element: what people read first */
    TC_FORM_CEF,
    TC_FORM_LEEF,
    TC_FORM_JSON,
    TC_FORM_COUNT
} tc_form;

/* What stands before it. */
typedef enum tc_header {
    TC_HEADER_UNSET = 0,
    TC_HEADER_NONE,
    TC_HEADER_5424,
    TC_HEADER_3164,
    TC_HEADER_LOCAL, /* priority and tag, as programs write to the socket of their machine */
    TC_HEADER_COUNT
} tc_header;

/* How a stream is cut into messages. */
typedef enum tc_framing {
    TC_FRAMING_UNSET = 0,
    TC_FRAMING_NONE,  /* a datagram, a request, a file's line */
    TC_FRAMING_OCTET, /* RFC 6587 3.4.1: length, blank, message */
    TC_FRAMING_LF,
    TC_FRAMING_COUNT
} tc_framing;

/* What parameters of structured data are called. */
typedef enum tc_names {
    TC_NAMES_UNSET = 0,
    TC_NAMES_FLAT,   /* event_id: letters, digits, '_' */
    TC_NAMES_DOTTED, /* event.id: as -f syslog of a scan has them */
    TC_NAMES_COUNT
} tc_names;

typedef struct tc_profile {
    const char *name;
    const char *help;
    tc_form form;
    tc_header header;
    tc_framing framing; /* of TCP and TLS */
    tc_names names;
    uint32_t stream_max, datagram_max; /* bytes of a message */
    int facility;
} tc_profile;

/* All of them, then NULL; the first is the one that nobody has to name. */
extern const tc_profile *const tc_profiles[];
/* NULL if there is none of that name. */
const tc_profile *tc_profile_of(const char *name);

/* "syslog", "5424", "octet", "flat"; for configuration and its words. The _of functions give the
 * unset one for a word that is none. */
const char *tc_form_name(tc_form form);
const char *tc_header_name(tc_header header);
const char *tc_framing_name(tc_framing framing);
const char *tc_names_name(tc_names names);
tc_form tc_form_of(const char *word);
tc_header tc_header_of(const char *word);
tc_framing tc_framing_of(const char *word);
tc_names tc_names_of(const char *word);

#endif
