#include "detector/send/profile.h"

/* What RFC 5424 and the two daemons agree on. rsyslog takes 8 KiB by default and syslog-ng makes
 * objects of names with dots; a datagram of 2,048 bytes is what RFC 5426 asks every receiver to
 * take. */
static const tc_profile generic = {
    .name = "generic",
    .help = "RFC 5424 with structured data: rsyslog, syslog-ng and what stands behind them",
    .form = TC_FORM_SYSLOG,
    .header = TC_HEADER_5424,
    .framing = TC_FRAMING_OCTET,
    .names = TC_NAMES_FLAT,
    .stream_max = 8096,
    .datagram_max = 2048,
    .facility = 10,
};

/* A raw TCP input cuts at line ends and would show the length of a frame as text; search-time JSON
 * (KV_MODE) reads an event only if all of it is JSON, and TRUNCATE is 10,000 bytes. */
static const tc_profile splunk = {
    .name = "splunk",
    .help = "JSON lines without a header, for a TCP or UDP input of Splunk",
    .form = TC_FORM_JSON,
    .header = TC_HEADER_NONE,
    .framing = TC_FRAMING_LF,
    .names = TC_NAMES_FLAT,
    .stream_max = 9900,
    .datagram_max = 8000,
    .facility = 10,
};

/* The agent of the forwarder knows CEF by the tag "CEF" of an RFC 3164 line; the forwarder may be
 * syslog-ng, whose network() source knows no octet counting. Its facility is its own, because a
 * collection rule of plain syslog that takes the same one files everything twice. */
static const tc_profile sentinel = {
    .name = "sentinel",
    .help = "CEF behind an RFC 3164 header, for the Azure Monitor Agent of a Linux forwarder",
    .form = TC_FORM_CEF,
    .header = TC_HEADER_3164,
    .framing = TC_FRAMING_LF,
    .names = TC_NAMES_FLAT,
    .stream_max = 8096,
    .datagram_max = 2048,
    .facility = 20,
};

/* The tcp and udp inputs of the agent cut at line ends, hand JSON to its ndjson parser, and take
 * 20 MiB and 10 KiB. */
static const tc_profile elastic = {
    .name = "elastic",
    .help =
        "ECS as JSON lines without a header, for a TCP or UDP input of Elastic Agent or Logstash",
    .form = TC_FORM_JSON,
    .header = TC_HEADER_NONE,
    .framing = TC_FRAMING_LF,
    .names = TC_NAMES_FLAT,
    .stream_max = 1 << 20,
    .datagram_max = 8000,
    .facility = 10,
};

const tc_profile *const tc_profiles[] = {&generic, &splunk, &sentinel, &elastic, NULL};

const tc_profile *tc_profile_of(const char *name)
{
    for (size_t i = 0; tc_profiles[i] != NULL; i++)
        if (tc_slice_equal(tc_slice_of(name), tc_slice_of(tc_profiles[i]->name)))
            return tc_profiles[i];
    return NULL;
}

/* -- words ---------------------------------------------------------------------------------- */

static const char *const forms[TC_FORM_COUNT] = {"", "syslog", "local", "cef", "leef", "json"};
static const char *const headers[TC_HEADER_COUNT] = {"", "none", "5424", "3164", "local"};
static const char *const framings[TC_FRAMING_COUNT] = {"", "none", "octet", "lf"};
static const char *const names[TC_NAMES_COUNT] = {"", "flat", "dotted"};

/* 0 if it is none of them. */
static unsigned index_of(const char *const *words, unsigned count, const char *word)
{
    for (unsigned i = 1; word != NULL && i < count; i++)
        if (strcmp(words[i], word) == 0) return i;
    return 0;
}

const char *tc_form_name(tc_form form)
{
    return forms[form];
}

const char *tc_header_name(tc_header header)
{
    return headers[header];
}

const char *tc_framing_name(tc_framing framing)
{
    return framings[framing];
}

const char *tc_names_name(tc_names which)
{
    return names[which];
}

tc_form tc_form_of(const char *word)
{
    return (tc_form)index_of(forms, TC_FORM_COUNT, word);
}

tc_header tc_header_of(const char *word)
{
    return (tc_header)index_of(headers, TC_HEADER_COUNT, word);
}

tc_framing tc_framing_of(const char *word)
{
    return (tc_framing)index_of(framings, TC_FRAMING_COUNT, word);
}

tc_names tc_names_of(const char *word)
{
    return (tc_names)index_of(names, TC_NAMES_COUNT, word);
}
