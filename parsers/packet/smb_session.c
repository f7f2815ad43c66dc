/* Who logs on over SMB, and which requests read from a pipe. */
#include "parsers/packet/deed.h"
#include "parsers/packet/encoded.h"
#include "parsers/packet/kerberos.h"
#include "parsers/packet/smb.h"

void tc_smb_reads(tc_smb *s, uint64_t id, const tc_smb_file *file)
{
    s->requests[s->next_request] = (tc_smb_request){.id = id, .file = *file, .waits = true};
    s->next_request = (s->next_request + 1) % TC_SMB_REQUESTS;
}

bool tc_smb_read_by(tc_smb *s, uint64_t id, tc_smb_file *ret)
{
    for (size_t i = 0; i < TC_SMB_REQUESTS; i++) {
        tc_smb_request *r = &s->requests[i];
        if (!r->waits || r->id != id) continue;
        r->waits = false;
        *ret = r->file;
        return true;
    }
    return false;
}

/* -- sessions ------------------------------------------------------------------------------- */

static uint64_t session_key(const tc_dialogue *d, uint64_t session)
{
    uint64_t key = tc_content_hash(TC_LIT("session"));
    key = tc_content_hash_add(key, tc_slice_make(d->client.bytes, sizeof d->client.bytes));
    key = tc_content_hash_add(key, tc_slice_make(d->server.bytes, sizeof d->server.bytes));
    return tc_content_hash_add(key, tc_slice_make(&session, sizeof session)) | 1;
}

const char *tc_smb_actor(const tc_dialogue *d, uint64_t session, char out[TC_WIRE_NAME + 1])
{
    const tc_remembered *who = tc_wire_recall(&d->wire->accounts, session_key(d, session));
    tc_copy_text(out, TC_WIRE_NAME + 1,
                 who ? tc_slice_make(who->text, who->length) : TC_EMPTY_SLICE);
    return out;
}

static bool is_kerberos(tc_slice token)
{
    static const uint8_t mechanism[] = {0x06, 0x09, 0x2A, 0x86, 0x48, 0x86,
                                        0xF7, 0x12, 0x01, 0x02, 0x02};
    return tc_slice_search(token, tc_slice_make(mechanism, sizeof mechanism)) != TC_NPOS;
}

static void remember(tc_dialogue *d, uint64_t session, const tc_smb_logon *logon)
{
    tc_wire_remember(&d->wire->accounts, session_key(d, session), tc_slice_of(logon->user),
                     d->time);
}

static void wait_for_answer(tc_dialogue *d, uint64_t session, const tc_smb_logon *logon)
{
    tc_smb *s = d->state;
    if (!tc_dialogue_hears_server(d)) remember(d, session, logon);
    s->logons[s->next_logon] = *logon;
    s->next_logon = (s->next_logon + 1) % TC_SMB_LOGONS;
}

void tc_smb_logs_on_as(tc_dialogue *d, uint64_t id, uint64_t session, const char *user)
{
    tc_smb_logon logon = {.id = id, .waits = true};
    tc_copy_text(logon.user, sizeof logon.user, tc_slice_of(user));
    if (user[0] != '\0') wait_for_answer(d, session, &logon);
}

void tc_smb_logs_on(tc_dialogue *d, uint64_t id, uint64_t session, tc_slice token)
{
    tc_smb_logon logon = {.id = id, .waits = true};
    tc_slice ntlm = tc_ntlm_find(token);
    if (ntlm.len > 0) {
        if (!tc_ntlm_user(ntlm, logon.user, sizeof logon.user, logon.workstation,
                          sizeof logon.workstation))
            return;
    } else {
        const tc_remembered *who = tc_wire_recall(&d->wire->askers, tc_kerberos_asker(d));
        if (!who || !is_kerberos(token)) return;
        logon.kerberos = true;
        tc_copy_text(logon.user, sizeof logon.user, tc_slice_make(who->text, who->length));
    }
    wait_for_answer(d, session, &logon);
}

static void tell_logon(tc_dialogue *d, const tc_smb_logon *logon, uint32_t status)
{
    bool in = status == 0;
    tc_deed_account deed = {.event = in ? 4624 : 4625,
                            .protocol = "smb",
                            .mechanism = "NTLM",
                            .target = tc_slice_of(logon->user),
                            .workstation = tc_slice_of(logon->workstation),
                            .outcome = in ? TC_OUTCOME_SUCCESS : TC_OUTCOME_FAILURE,
                            .status = status,
                            .network_logon = true};
    tc_deed_account_tell(d, &deed);
}

void tc_smb_logged_on(tc_dialogue *d, uint64_t id, uint64_t session, uint32_t status, bool guest)
{
    tc_smb *s = d->state;
    for (size_t i = 0; i < TC_SMB_LOGONS; i++) {
        tc_smb_logon *logon = &s->logons[i];
        if (!logon->waits || logon->id != id || status == TC_SMB_PENDING) continue;
        logon->waits = false;
        if (status == TC_SMB_GOES_ON) continue;
        /* Whom it does not know, such a server takes for its guest. */
        if (guest && status == 0) tc_copy_text(logon->user, sizeof logon->user, TC_LIT("Guest"));
        if (status == 0) remember(d, session, logon);
        if (!logon->kerberos) tell_logon(d, logon, status);
    }
}
