#include "parsers/packet/rpc.h"

#include "parsers/packet/encoded.h"
#include "parsers/packet/kerberos.h"
#include "parsers/packet/octets.h"

enum { HEAD = 16, BODY = 24, TRAILER = 8, UUID = 16, SYNTAX = 20 };
enum {
    REQUEST = 0,
    RESPONSE = 2,
    FAULT = 3,
    BIND = 11,
    ALTER_CONTEXT = 14,
    AUTH3 = 16,
    TYPES = 20
};
enum { FIRST = 1, LAST = 2, WITH_OBJECT = 0x80 };
enum { SPNEGO = 9, NTLM = 10, KERBEROS = 16, PRIVACY = 6 };
enum { LITTLE_ENDIAN_BYTES = 0x10, ACCESS_DENIED = 5 };

#define LOGON_FAILURE UINT32_C(0xC000006D)

typedef struct pdu {
    uint8_t type, flags;
    bool big;
    uint32_t call;
    tc_slice whole;
    tc_slice token; /* of its authentication */
    uint8_t token_type, level;
    tc_slice stub; /* of calls and answers */
} pdu;

void tc_rpc_init(tc_rpc *rpc)
{
    *rpc = (tc_rpc){.bound = false};
    for (size_t i = 0; i < TC_COUNT_OF(rpc->parts); i++)
        tc_str_init(&rpc->parts[i].bytes, TC_RPC_PARTS);
}

/* -- a PDU ---------------------------------------------------------------------------------- */

bool tc_rpc_is_pdu(tc_slice bytes)
{
    if (bytes.len < 8 || bytes.ptr[0] != 5 || bytes.ptr[1] > 1 || bytes.ptr[2] >= TYPES)
        return false;
    bool order = bytes.ptr[4] == 0 || bytes.ptr[4] == LITTLE_ENDIAN_BYTES;
    return order && bytes.ptr[5] == 0 && bytes.ptr[6] == 0 && bytes.ptr[7] == 0;
}

bool tc_rpc_is_client(tc_slice bytes)
{
    uint8_t type = bytes.ptr[2];
    return type == REQUEST || type == BIND || type == ALTER_CONTEXT || type == AUTH3;
}

static uint16_t get16(const pdu *p, size_t at)
{
    const uint8_t *from = p->whole.ptr + at;
    return p->big ? tc_be16(from) : tc_le16(from);
}

static uint32_t get32(const pdu *p, size_t at)
{
    const uint8_t *from = p->whole.ptr + at;
    return p->big ? tc_be32(from) : tc_le32(from);
}

/* Where the trailer of authentication begins; the end if there is none. */
static size_t read_trailer(pdu *p)
{
    size_t length = get16(p, 10), end = p->whole.len;
    if (length == 0 || length + TRAILER + HEAD > end) return end;
    size_t at = end - length - TRAILER;
    p->token_type = p->whole.ptr[at];
    p->level = p->whole.ptr[at + 1];
    p->token = tc_slice_sub(p->whole, at + TRAILER, length);
    size_t padding = p->whole.ptr[at + 2];
    return padding <= at - HEAD ? at - padding : at;
}

static bool read_pdu(tc_slice bytes, pdu *ret)
{
    *ret = (pdu){.type = bytes.ptr[2], .flags = bytes.ptr[3], .big = bytes.ptr[4] == 0};
    ret->whole = bytes;
    ret->call = get32(ret, 12);
    size_t end = read_trailer(ret), begin = BODY;
    bool carries = ret->type == REQUEST || ret->type == RESPONSE;
    if (carries && ret->type == REQUEST && (ret->flags & WITH_OBJECT)) begin += UUID;
    if (ret->type <= FAULT && bytes.len < BODY) return false;
    if (carries && end >= begin) ret->stub = tc_slice_sub(bytes, begin, end - begin);
    return true;
}

/* -- contexts ------------------------------------------------------------------------------- */

static tc_rpc_context *context_of(tc_rpc *rpc, uint16_t id)
{
    for (size_t i = 0; i < rpc->context_count; i++)
        if (rpc->contexts[i].id == id) return &rpc->contexts[i];
    return NULL;
}

static bool is_uuid(const pdu *p, size_t at, const char *little, const char *big)
{
    return memcmp(p->whole.ptr + at, p->big ? big : little, UUID) == 0;
}

static void add_context(tc_rpc *rpc, const pdu *p, size_t at)
{
    tc_rpc_context context = {.id = get16(p, at)};
    context.samr =
        is_uuid(p, at + 4, "\x78\x57\x34\x12\x34\x12\xcd\xab\xef\x00\x01\x23\x45\x67\x89\xac",
                "\x12\x34\x57\x78\x12\x34\xab\xcd\xef\x00\x01\x23\x45\x67\x89\xac");
    context.wide =
        is_uuid(p, at + 24, "\x33\x05\x71\x71\xba\xbe\x37\x49\x83\x19\xb5\xdb\xef\x9c\xcc\x36",
                "\x71\x71\x05\x33\xbe\xba\x49\x37\x83\x19\xb5\xdb\xef\x9c\xcc\x36");
    tc_rpc_context *known = context_of(rpc, context.id);
    if (!known && rpc->context_count < TC_RPC_CONTEXTS)
        known = &rpc->contexts[rpc->context_count++];
    if (known) *known = context;
}

/* Each context that is offered: its id, the interface, and transfer syntaxes. */
static void take_bind(tc_rpc *rpc, const pdu *p)
{
    size_t at = 28;
    if (p->whole.len < at) return;
    unsigned count = p->whole.ptr[24];
    if (p->type == BIND) rpc->context_count = 0;
    rpc->bound = true;
    for (unsigned i = 0; i < count && p->whole.len >= at + 4 + (size_t)2 * SYNTAX; i++) {
        add_context(rpc, p, at);
        at += 4 + SYNTAX + (size_t)p->whole.ptr[at + 2] * SYNTAX;
    }
}

/* -- who ------------------------------------------------------------------------------------ */

static void take_token(tc_dialogue *d, tc_rpc *rpc, const pdu *p)
{
    tc_slice ntlm = tc_ntlm_find(p->token);
    char user[TC_WIRE_NAME + 1];
    if (ntlm.len > 0) {
        if (!tc_ntlm_user(ntlm, user, sizeof user, rpc->workstation, sizeof rpc->workstation))
            return;
        tc_copy_text(rpc->actor, sizeof rpc->actor, tc_slice_of(user));
        rpc->logging_on = true;
    } else if (p->token_type == KERBEROS || (p->token_type == SPNEGO && p->type == BIND)) {
        const tc_remembered *who = tc_wire_recall(&d->wire->askers, tc_kerberos_asker(d));
        if (who) tc_copy_text(rpc->actor, sizeof rpc->actor, tc_slice_make(who->text, who->length));
    }
}

/* Why a call failed; 0 if that is not said. */
static uint32_t fault_of(const pdu *p)
{
    return p->whole.len >= BODY + 4 ? get32(p, BODY) : 0;
}

static bool is_denied(const pdu *p)
{
    return p->type == FAULT && fault_of(p) == ACCESS_DENIED;
}

/* The first answer says whether the name was let in. */
static void settle_logon(tc_dialogue *d, tc_rpc *rpc, bool in)
{
    if (!rpc->logging_on) return;
    rpc->logging_on = false;
    tc_deed_account deed = {.event = in ? 4624 : 4625,
                            .protocol = "dcerpc",
                            .mechanism = "NTLM",
                            .target = tc_slice_of(rpc->actor),
                            .workstation = tc_slice_of(rpc->workstation),
                            .outcome = in ? TC_OUTCOME_SUCCESS : TC_OUTCOME_FAILURE,
                            .status = in ? 0 : LOGON_FAILURE,
                            .network_logon = true};
    tc_deed_account_tell(d, &deed);
    if (!in) rpc->actor[0] = '\0';
}

static tc_slice actor_of(const tc_rpc *rpc, tc_slice outer)
{
    return rpc->actor[0] ? tc_slice_of(rpc->actor) : outer;
}

/* -- fragments ------------------------------------------------------------------------------ */

static void forget_parts(tc_rpc_parts *parts)
{
    if (parts->bytes.data) memset(parts->bytes.data, 0, parts->bytes.len);
    tc_str_done(&parts->bytes);
    tc_str_init(&parts->bytes, TC_RPC_PARTS);
    parts->open = false;
}

static void note_tail(tc_rpc_parts *parts, tc_slice stub)
{
    size_t n = TC_MIN(stub.len, sizeof parts->tail), kept = sizeof parts->tail - n;
    if (n == 0) return;
    memmove(parts->tail, parts->tail + n, kept);
    memcpy(parts->tail + kept, stub.ptr + stub.len - n, n);
}

/* The parameters, once they are whole; `useful`: bytes of them that are kept until then. */
static bool put_together(tc_rpc_parts *parts, const pdu *p, size_t useful, tc_slice *ret)
{
    if (p->flags & FIRST) {
        forget_parts(parts);
        parts->id = p->call;
        parts->open = true;
        memset(parts->tail, 0, sizeof parts->tail);
    }
    note_tail(parts, p->stub);
    if ((p->flags & FIRST) && (p->flags & LAST)) {
        parts->open = false;
        *ret = p->stub;
        return true;
    }
    if (parts->open && parts->id == p->call && parts->bytes.len < useful)
        tc_str_add(&parts->bytes, tc_slice_sub(p->stub, 0, useful - parts->bytes.len));
    *ret = parts->open && parts->id == p->call ? tc_str_view(&parts->bytes) : TC_EMPTY_SLICE;
    return (p->flags & LAST) != 0;
}

/* -- calls ---------------------------------------------------------------------------------- */

/* The oldest one makes room. */
static tc_samr_call *new_call(tc_dialogue *d, tc_rpc *rpc, tc_slice actor)
{
    tc_samr_call *call = &rpc->calls[rpc->next_call];
    rpc->next_call = (rpc->next_call + 1) % TC_RPC_CALLS;
    if (call->waits) tc_samr_unanswered(d, call, actor);
    *call = (tc_samr_call){.time = d->time};
    return call;
}

/* Whether the piece goes on with what is held; or begins something. */
static bool goes_on(const tc_rpc_parts *parts, const pdu *p)
{
    return (p->flags & FIRST) || (parts->open && parts->id == p->call);
}

/* A call is taken once all that is of use is there: its other pieces may be lost, and are nothing
 * but the password. */
static void take_request(tc_dialogue *d, tc_rpc *rpc, const pdu *p, tc_slice actor)
{
    const tc_rpc_context *context = context_of(rpc, get16(p, 20));
    uint16_t operation = get16(p, 22);
    size_t useful = tc_samr_useful(operation);
    tc_slice stub = TC_EMPTY_SLICE;
    if (useful == 0 || (rpc->bound && (!context || !context->samr))) return;
    bool sealed = p->level == PRIVACY && p->token.len > 0;
    if (sealed ? (p->flags & FIRST) == 0 : !goes_on(&rpc->parts[0], p)) return;
    bool whole = sealed || put_together(&rpc->parts[0], p, useful, &stub);
    if (!whole && (!context || stub.len < useful)) return;
    tc_samr_call *call = new_call(d, rpc, actor);
    call->id = p->call;
    call->operation = operation;
    call->sealed = sealed;
    tc_ndr ndr = {.bytes = stub, .big = p->big, .wide = context && context->wide};
    (void)tc_samr_ask(d, call, &ndr, context && context->samr);
    forget_parts(&rpc->parts[0]);
}

static tc_samr_call *waiting_call(tc_rpc *rpc, uint32_t id)
{
    for (size_t i = 0; i < TC_RPC_CALLS; i++)
        if (rpc->calls[i].waits && rpc->calls[i].id == id) return &rpc->calls[i];
    return NULL;
}

static void take_response(tc_dialogue *d, tc_rpc *rpc, const pdu *p, tc_slice actor)
{
    tc_samr_call *call = waiting_call(rpc, p->call);
    tc_rpc_parts *parts = &rpc->parts[1];
    tc_slice stub = TC_EMPTY_SLICE;
    if (!call || !put_together(parts, p, call->sealed ? 0 : TC_RPC_PARTS, &stub)) return;
    uint32_t status = p->big ? tc_be32(parts->tail) : tc_le32(parts->tail);
    bool sealed = call->sealed || (p->level == PRIVACY && p->token.len > 0);
    tc_outcome outcome = status < UINT32_C(0x80000000) ? TC_OUTCOME_SUCCESS : TC_OUTCOME_FAILURE;
    tc_ndr ndr = {.bytes = stub, .big = p->big};
    if (sealed)
        tc_samr_answer(d, call, actor, &ndr, TC_OUTCOME_UNKNOWN, 0);
    else
        tc_samr_answer(d, call, actor, &ndr, outcome, status);
    forget_parts(parts);
}

static void take_fault(tc_dialogue *d, tc_rpc *rpc, const pdu *p, tc_slice actor)
{
    tc_samr_call *call = waiting_call(rpc, p->call);
    tc_ndr none = {.bytes = TC_EMPTY_SLICE};
    if (call) tc_samr_answer(d, call, actor, &none, TC_OUTCOME_FAILURE, fault_of(p));
}

static void take_pdu(tc_dialogue *d, tc_rpc *rpc, bool server, const pdu *p, tc_slice outer)
{
    if (!server) {
        if (p->type == BIND || p->type == ALTER_CONTEXT) take_bind(rpc, p);
        if (p->type >= BIND && p->type <= AUTH3 && p->token.len > 0) take_token(d, rpc, p);
        if (p->type == REQUEST) take_request(d, rpc, p, actor_of(rpc, outer));
        return;
    }
    if (p->type == FAULT || p->type == RESPONSE) settle_logon(d, rpc, !is_denied(p));
    if (p->type == RESPONSE) take_response(d, rpc, p, actor_of(rpc, outer));
    if (p->type == FAULT) take_fault(d, rpc, p, actor_of(rpc, outer));
}

/* What hangs on an association. */
static size_t weight_of(const tc_rpc *rpc)
{
    size_t weight = rpc->parts[0].bytes.capacity + rpc->parts[1].bytes.capacity;
    for (size_t i = 0; i < TC_RPC_CALLS; i++)
        weight += rpc->calls[i].learned.capacity;
    return weight;
}

size_t tc_rpc_take(tc_dialogue *d, tc_rpc *rpc, bool server, tc_slice bytes, tc_slice actor)
{
    pdu p;
    if (bytes.len < HEAD) return 0;
    if (!tc_rpc_is_pdu(bytes)) return TC_NPOS;
    const uint8_t *at = bytes.ptr + 8;
    size_t length = bytes.ptr[4] == 0 ? tc_be16(at) : tc_le16(at);
    if (length < HEAD) return TC_NPOS;
    if (length > bytes.len) return 0;
    size_t before = weight_of(rpc);
    if (read_pdu(tc_slice_sub(bytes, 0, length), &p)) take_pdu(d, rpc, server, &p, actor);
    d->extra += weight_of(rpc) - before;
    return length;
}

void tc_rpc_lost(tc_dialogue *d, tc_rpc *rpc, bool server)
{
    d->extra -= rpc->parts[server].bytes.capacity;
    forget_parts(&rpc->parts[server]);
}

void tc_rpc_done(tc_dialogue *d, tc_rpc *rpc, tc_slice actor)
{
    d->extra -= weight_of(rpc);
    for (size_t i = 0; i < TC_RPC_CALLS; i++) {
        tc_samr_call *call = &rpc->calls[(rpc->next_call + i) % TC_RPC_CALLS];
        if (call->waits) tc_samr_unanswered(d, call, actor_of(rpc, actor));
    }
    for (size_t i = 0; i < TC_COUNT_OF(rpc->parts); i++)
        forget_parts(&rpc->parts[i]);
}
