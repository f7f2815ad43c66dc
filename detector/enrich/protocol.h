/*
 * protocol: which Exchange protocol a request belongs to, and whether a person or a program sent
 * it.
 *
 * rules/tables/protocols.tsv maps paths (a folder with all under it, the longest one decides) and
 * query parameters to classes; rules/tables/probes.tsv and health.tsv name what asks for a server's
 * health: its own probes, balancers, monitoring; ews-agents.tsv programs that use EWS everywhere.
 * Comparison ignores case. Immutable once open; asking costs a few comparisons of eight bytes and
 * no allocation.
 */
#ifndef TC_ENRICH_PROTOCOL_H
#define TC_ENRICH_PROTOCOL_H

#include "parsers/base/slice.h"

typedef enum tc_protocol {
    TC_PROTOCOL_OTHER = 0,
    TC_PROTOCOL_OWA,
    TC_PROTOCOL_OWA_BACKGROUND,
    TC_PROTOCOL_OWA_AUTH,
    TC_PROTOCOL_ECP,
    TC_PROTOCOL_EAS,
    TC_PROTOCOL_EWS,
    TC_PROTOCOL_MAPI,
    TC_PROTOCOL_RPC,
    TC_PROTOCOL_AUTODISCOVER,
    TC_PROTOCOL_OAB,
    TC_PROTOCOL_POWERSHELL,
    TC_PROTOCOL_WEBMAIL, /* of a server other than Exchange */
    TC_PROTOCOL_COUNT
} tc_protocol;

typedef struct tc_protocols tc_protocols;

TC_STATUS tc_protocols_open(const char *tables_folder, tc_protocols **ret, tc_error *reterr);
void tc_protocols_free(tc_protocols *protocols);
/* The class of a request; *ret_mailbox is the address in /owa/<address>/..., which is the mailbox
 * that was opened with somebody else's account, else empty. */
tc_protocol tc_protocol_of(const tc_protocols *protocols, tc_slice stem, tc_slice query,
                           tc_slice *ret_mailbox);
tc_slice tc_protocol_name(tc_protocol protocol);

/* What an agent is: bits. */
enum {
    TC_AGENT_PROBE = 1, /* the server's own health probe */
    TC_AGENT_EWS = 2,   /* a program that ordinarily uses EWS */
    TC_AGENT_BALANCER = 4,
    TC_AGENT_MONITOR = 8,
    TC_AGENT_HEALTH = TC_AGENT_PROBE | TC_AGENT_BALANCER | TC_AGENT_MONITOR
};
/* *ret_asn: with TC_AGENT_EWS, the autonomous system it must come from (0 = any). The agent may
 * have blanks or, as IIS writes it, '+'. */
unsigned tc_agent_kind(const tc_protocols *protocols, tc_slice agent, uint32_t *ret_asn);

/* Of TC_AGENT_HEALTH, what asks for health by its account (DOMAIN\user, user or an address), or by
 * path and query; 0: neither does. */
unsigned tc_health_user(const tc_protocols *protocols, tc_slice user);
unsigned tc_health_request(const tc_protocols *protocols, tc_protocol protocol, tc_slice stem,
                           tc_slice query);

/* logon.aspx?reason=N, by rules/tables/logon-reasons.tsv: true if N says that the logon failed. */
bool tc_logon_reason_is_refusal(const tc_protocols *protocols, uint64_t reason);

/* The value of a query parameter (name in lower case); false if it is not there. Exchange puts its
 * own tokens behind the client's: split on '&', then at the first '='. */
bool tc_query_value(tc_slice query, tc_slice name, tc_slice *ret);

#endif
