/* The table of protocols: of equal claims the first counts. */
#include "parsers/packet/dialogue.h"

static const tc_wire_protocol *const protocols[] = {
    &tc_wire_tls,  &tc_wire_http,     &tc_wire_smtp,    &tc_wire_imap,
    &tc_wire_pop3, &tc_wire_kerberos, &tc_wire_kpasswd, &tc_wire_ldap,
    &tc_wire_smb,  &tc_wire_dcerpc,   &tc_wire_quic};

static bool serves(const tc_wire_protocol *protocol, uint16_t port)
{
    for (size_t i = 0; i < TC_COUNT_OF(protocol->ports) && protocol->ports[i] != 0; i++)
        if (protocol->ports[i] == port) return true;
    return false;
}

const tc_wire_protocol *tc_wire_protocol_of(tc_slice client, tc_slice server, uint16_t port)
{
    for (size_t i = 0; i < TC_COUNT_OF(protocols); i++)
        if (protocols[i]->probe && protocols[i]->probe(client, server)) return protocols[i];
    for (size_t i = 0; i < TC_COUNT_OF(protocols); i++)
        if (serves(protocols[i], port) && client.len + server.len >= 4) return protocols[i];
    return NULL;
}

const tc_wire_protocol *tc_wire_protocol_of_datagrams(uint16_t port)
{
    for (size_t i = 0; i < TC_COUNT_OF(protocols); i++)
        if (protocols[i]->datagrams && serves(protocols[i], port)) return protocols[i];
    return NULL;
}

bool tc_wire_is_service(uint16_t port)
{
    for (size_t i = 0; i < TC_COUNT_OF(protocols); i++)
        if (serves(protocols[i], port)) return true;
    return false;
}
