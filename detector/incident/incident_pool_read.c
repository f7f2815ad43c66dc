/* What a kept session was, and its texts. */
#include "detector/incident/incident_pool.h"

enum { RECORDS_LOOKED_AT = 256 };

static tc_slice text_of(const tc_session_pool *p, const tc_holder *h, uint8_t *out, size_t size)
{
    size_t length = TC_MIN((size_t)h->length, size);
    tc_pool_text_copy(&p->pool, h->room, TC_HOLDER_ROOM, h->more, out, length);
    return tc_slice_make(out, length);
}

tc_slice tc_session_pool_text(const tc_session_pool *p, const tc_holder *h,
                              uint8_t room[TC_INCIDENT_LABEL_MAX])
{
    return text_of(p, h, room, TC_INCIDENT_LABEL_MAX);
}

bool tc_session_pool_has_record(const tc_session_pool *p, uint64_t mailbox, uint64_t record)
{
    tc_piece holder = mailbox && record ? tc_session_pool_holder(p, mailbox) : 0;
    tc_piece session = holder ? tc_holder_at(p, holder)->newest : 0;
    for (size_t i = 0; session && i < RECORDS_LOOKED_AT; i++) {
        const tc_kept_session *s = tc_session_at(p, session);
        if (s->record == record) return true;
        session = s->links[TC_ACCESS_MAILBOX].older;
    }
    return false;
}

void tc_session_pool_read(const tc_session_pool *p, tc_piece session, tc_access_texts *texts,
                          tc_access *ret)
{
    const tc_kept_session *s = tc_session_at(p, session);
    const tc_holder *h[TC_ACCESS_TRAITS] = {0};
    *ret = (tc_access){.time = s->time, .record = s->record, .own = s->own};
    for (int i = 0; i < TC_ACCESS_TRAITS; i++) {
        if (s->links[i].holder == 0) continue;
        h[i] = tc_holder_at(p, s->links[i].holder);
        ret->digests[i] = h[i]->digest;
    }
    ret->ip = h[TC_ACCESS_ADDRESS]->ip;
    ret->entity = h[TC_ACCESS_MAILBOX]->number;
    ret->newcomer = h[TC_ACCESS_MAILBOX]->newcomer;
    ret->mailbox = text_of(p, h[TC_ACCESS_MAILBOX], texts->mailbox, sizeof(texts->mailbox));
    if (h[TC_ACCESS_COUNTRY])
        ret->country = text_of(p, h[TC_ACCESS_COUNTRY], texts->country, sizeof(texts->country));
    if (h[TC_ACCESS_AGENT])
        ret->agent = text_of(p, h[TC_ACCESS_AGENT], texts->agent, sizeof(texts->agent));
    if (h[TC_ACCESS_NETWORK] == NULL) return;
    ret->asn = h[TC_ACCESS_NETWORK]->number;
    ret->as_org = text_of(p, h[TC_ACCESS_NETWORK], texts->as_org, sizeof(texts->as_org));
}
