/* Webmail sessions and forms logons (detections.md 0.7, 1.1, 1.2). */
#include "detector/correlate/derive_state.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

#define LOGON_WAIT (10 * TC_SECOND)
#define COLLISIONS_MAX 8
#define REQUEUES_MAX 64

/* -- novelty -------------------------------------------------------------------------------- */

static uint64_t trait_key(trait_kind kind, tc_slice value)
{
    return tc_content_hash(value) * 8 + (uint64_t)kind;
}

/* Remembers a trait and returns since when it is known; `now` if it was not. The trait used longest
 * ago makes room when a mailbox has more than PERSON_TRAITS. */
static tc_time trait_seen(person *p, uint64_t key, tc_time now)
{
    uint32_t oldest = 0;
    for (uint32_t i = 0; i < p->trait_count; i++) {
        if (p->traits[i].key == key) {
            p->traits[i].last = TC_MAX(p->traits[i].last, now);
            return p->traits[i].first;
        }
        if (p->traits[i].last < p->traits[oldest].last) oldest = i;
    }
    uint32_t at = p->trait_count < PERSON_TRAITS ? p->trait_count++ : oldest;
    p->traits[at] = (trait){key, now, now};
    return now;
}

typedef struct novelty {
    bool known; /* there was enough history to judge */
    bool novel;
    const char *what;
} novelty;

static bool is_new(const tc_deriver *d, tc_time first, tc_time now)
{
    return first >= d->coverage.first_web + d->options.learn_ns &&
           now - first < d->options.novelty_ns;
}

/* Whether the organisation has long known it: three mailboxes that used it, each for longer than
 * the novelty lasts or since the time of learning. A campaign does not make its own network
 * familiar. Notes the mailbox's use. */
static bool org_knows(tc_deriver *d, uint64_t key, tc_entity entity, tc_time now)
{
    uint64_t *place = NULL;
    if (tc_failed(tc_map_put(d->familiar_index, tc_slice_make(&key, sizeof(key)), &place, NULL)))
        return false;
    if (*place == 0) {
        if (tc_failed(tc_grow(&d->familiars, &d->familiar_capacity, d->familiar_count + 1,
                              sizeof(familiar), FAMILIAR_MAX)))
            return false;
        d->familiars[d->familiar_count++] = (familiar){.count = 0};
        *place = d->familiar_count;
    }
    familiar *f = &d->familiars[*place - 1];
    bool listed = false;
    for (uint32_t i = 0; i < f->count; i++)
        listed |= f->who[i] == entity;
    if (!listed && f->count < FAMILIAR_NEEDED) {
        f->who[f->count] = entity;
        f->since[f->count++] = now;
    }
    return f->count == FAMILIAR_NEEDED && !is_new(d, f->since[FAMILIAR_NEEDED - 1], now);
}

/* The traits of a session as the mailbox knew them before it. */
typedef struct sighting {
    bool has_history; /* a country was known of the mailbox before */
    bool new_country, new_asn, new_place;
    bool known_country, known_asn; /* by the organisation */
} sighting;

static sighting note_traits(tc_deriver *d, person *p, tc_entity entity, const tc_observation *o,
                            tc_slice agent)
{
    tc_time now = o->order.time;
    char text[TC_IP_TEXT];
    sighting s = {.has_history = p->trait_count > 0};
    tc_slice network = tc_slice_of(tc_cidr_format(tc_ip_site(o->ip), text));
    tc_time network_first = trait_seen(p, trait_key(TRAIT_NETWORK, network), now);
    tc_time agent_first = trait_seen(p, trait_key(TRAIT_AGENT, agent), now);
    s.new_place = is_new(d, network_first, now) && is_new(d, agent_first, now);
    if (o->country[0] != 0) {
        uint64_t key = trait_key(TRAIT_COUNTRY, tc_slice_of(o->country));
        s.new_country = is_new(d, trait_seen(p, key, now), now);
        s.known_country = org_knows(d, key, entity, now);
    }
    if (o->asn != 0) {
        uint64_t key = trait_key(TRAIT_ASN, tc_slice_make(&o->asn, sizeof(o->asn)));
        s.new_asn = is_new(d, trait_seen(p, key, now), now);
        s.known_asn = org_knows(d, key, entity, now);
    }
    return s;
}

/* Learns the session's traits and says whether its source is new to the mailbox. With a database: a
 * country that it never used (its very first session is compared with the organisation's habits),
 * or a system that neither it nor the organisation knows. Without: a new network together with a
 * new agent. */
static novelty judge_source(tc_deriver *d, person *p, tc_entity entity, const tc_observation *o,
                            tc_slice agent)
{
    sighting s = note_traits(d, p, entity, o, agent);
    novelty n = {o->order.time >= d->coverage.first_web + d->options.learn_ns, false, NULL};
    if (!n.known || o->address_class != TC_ADDRESS_REMOTE) return n;
    bool located = o->country[0] != 0 || o->asn != 0;
    if (s.new_country && (s.has_history || !s.known_country))
        n = (novelty){true, true, "country"};
    else if (s.new_asn && !s.known_asn)
        n = (novelty){true, true, "as"};
    else if (!located && s.new_place)
        n = (novelty){true, true, "network+agent"};
    return n;
}

/* -- sessions ------------------------------------------------------------------------------- */

static void session_unlink(tc_deriver *d, uint32_t at)
{
    session *s = &d->sessions[at];
    if (s->older)
        d->sessions[s->older].newer = s->newer;
    else
        d->session_oldest = s->newer;
    if (s->newer)
        d->sessions[s->newer].older = s->older;
    else
        d->session_newest = s->older;
}

static void session_append(tc_deriver *d, uint32_t at)
{
    session *s = &d->sessions[at];
    s->older = d->session_newest;
    s->newer = 0;
    if (d->session_newest)
        d->sessions[d->session_newest].newer = at;
    else
        d->session_oldest = at;
    d->session_newest = at;
}

static void session_drop(tc_deriver *d, uint32_t at)
{
    session *s = &d->sessions[at];
    tc_map_remove(d->session_index, tc_slice_make(&s->key, sizeof(s->key)));
    session_unlink(d, at);
    s->newer = d->session_free;
    d->session_free = at;
    d->session_count--;
}

/* A use only notes its time; a session that was used since it was queued goes to the end of the
 * queue when its turn to end comes. */
static void session_requeue(tc_deriver *d, uint32_t at)
{
    session_unlink(d, at);
    d->sessions[at].queued = d->sessions[at].last;
    session_append(d, at);
}

/* Ended sessions go; at the bound the one used longest ago goes too. */
static void sessions_expire(tc_deriver *d, tc_time now)
{
    while (d->session_oldest) {
        const session *s = &d->sessions[d->session_oldest];
        if (s->queued + d->options.idle_ns >= now) break;
        if (s->last + d->options.idle_ns < now)
            session_drop(d, d->session_oldest);
        else
            session_requeue(d, d->session_oldest);
    }
    if (d->session_count < d->session_capacity) return;
    for (int i = 0; i < REQUEUES_MAX; i++) {
        const session *s = &d->sessions[d->session_oldest];
        if (s->last == s->queued) break;
        session_requeue(d, d->session_oldest);
    }
    session_drop(d, d->session_oldest);
    d->coverage.evicted++;
}

static bool is_session_of(const tc_deriver *d, const session *s, const tc_observation *o,
                          tc_slice heap)
{
    return tc_ip_equal(s->ip, o->ip) &&
           tc_slice_equal(tc_intern_text(d->texts, s->user),
                          tc_observation_text(o, heap, TC_OBS_TEXT_USER)) &&
           tc_slice_equal(tc_intern_text(d->texts, s->agent),
                          tc_observation_text(o, heap, TC_OBS_TEXT_AGENT)) &&
           tc_slice_equal(tc_intern_text(d->texts, s->protocol),
                          tc_observation_text(o, heap, TC_OBS_TEXT_PROTOCOL));
}

static void session_make(tc_deriver *d, const tc_observation *o, tc_slice heap, uint64_t key,
                         uint64_t *slot)
{
    uint32_t at = d->session_free;
    if (at)
        d->session_free = d->sessions[at].newer;
    else
        at = (uint32_t)++d->session_used;
    *slot = at;
    d->sessions[at] = (session){
        .key = key,
        .user = tc_derive_intern(d, tc_observation_text(o, heap, TC_OBS_TEXT_USER)),
        .agent = tc_derive_intern(d, tc_observation_text(o, heap, TC_OBS_TEXT_AGENT)),
        .protocol = tc_derive_intern(d, tc_observation_text(o, heap, TC_OBS_TEXT_PROTOCOL)),
        .ip = o->ip,
        .last = o->last,
        .queued = o->last};
    session_append(d, at);
    d->session_count++;
}

/* Notes the span; true if it begins a session. Spans come by their first time, so that the union of
 * the intervals is the same however the workers cut them. */
static bool session_begins(tc_deriver *d, const tc_observation *o, tc_slice heap)
{
    sessions_expire(d, o->order.time);
    for (uint64_t i = 0; i < COLLISIONS_MAX; i++) {
        uint64_t key = o->session_hash + i;
        uint64_t *slot = NULL;
        bool created = false;
        if (tc_failed(
                tc_map_put(d->session_index, tc_slice_make(&key, sizeof(key)), &slot, &created)))
            return false;
        if (created) {
            session_make(d, o, heap, key, slot);
            return true;
        }
        session *s = &d->sessions[*slot];
        if (!is_session_of(d, s, o, heap)) continue;
        bool ended = s->last + d->options.idle_ns < o->order.time;
        s->last = TC_MAX(s->last, o->last);
        return ended;
    }
    return false;
}

/* -- events --------------------------------------------------------------------------------- */

static void set_common(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_slice mailbox,
                       tc_slice action, tc_subject *subject)
{
    tc_overlay *v = tc_derive_overlay(d);
    subject->mailbox = mailbox;
    subject->user = tc_observation_text(o, heap, TC_OBS_TEXT_USER);
    subject->agent = tc_observation_text(o, heap, TC_OBS_TEXT_AGENT);
    subject->host = tc_observation_text(o, heap, TC_OBS_TEXT_HOST);
    tc_overlay_set_text(v, TC_FIELD_EVENT_ACTION, action);
    if (mailbox.len) tc_overlay_set_text(v, TC_FIELD_MAILBOX, mailbox);
    if (subject->user.len) tc_overlay_set_text(v, TC_FIELD_USER_NAME, subject->user);
    if (subject->agent.len) tc_overlay_set_text(v, TC_FIELD_USER_AGENT, subject->agent);
    if (subject->host.len) tc_overlay_set_text(v, TC_FIELD_HOST_NAME, subject->host);
    tc_slice protocol = tc_observation_text(o, heap, TC_OBS_TEXT_PROTOCOL);
    if (protocol.len) tc_overlay_set_text(v, TC_FIELD_PROTOCOL, protocol);
    tc_derive_source(d, o, heap, subject);
}

static tc_status session_started(tc_deriver *d, const tc_observation *o, tc_slice heap,
                                 tc_entity entity, person *p, const tc_derived_sink *sink)
{
    tc_subject subject = {0};
    novelty n = {false, false, NULL};
    if (p != NULL && !tc_ip_is_zero(o->ip))
        n = judge_source(d, p, entity, o, tc_observation_text(o, heap, TC_OBS_TEXT_AGENT));
    set_common(d, o, heap, tc_identity_label(d->identity, entity), TC_LIT("session_started"),
               &subject);
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_OUTCOME, TC_LIT("success"));
    if (n.known) tc_overlay_set_bool(&d->overlay, TC_FIELD_SOURCE_NOVEL, n.novel);
    if (n.novel) tc_overlay_set_text(&d->overlay, TC_FIELD_SOURCE_NOVELTY, tc_slice_of(n.what));
    subject.novel = n.novel;
    tc_evidence evidence = tc_derive_evidence(o, heap);
    return tc_derive_emit(d, d->webmail, NULL, &evidence, &subject, sink);
}

static tc_status web_span(tc_deriver *d, const tc_observation *o, tc_slice heap,
                          const tc_derived_sink *sink)
{
    if (!session_begins(d, o, heap)) return TC_SUCCESS;
    tc_entity entity = tc_derive_entity(d, tc_observation_text(o, heap, TC_OBS_TEXT_USER), true);
    if (entity == 0) return TC_SUCCESS;
    person *p = tc_derive_person(d, entity);
    if (p != NULL) {
        p->webmail = true;
        tc_derive_active(d, p);
    }
    d->coverage.sessions++;
    if (o->address_class == TC_ADDRESS_REMOTE)
        d->coverage.remote_sessions++;
    else
        d->coverage.internal_sessions++;
    if (tc_ip_is_zero(o->ip)) d->coverage.web_records_without_address++;
    tc_derive_nat_count(d, o, entity);
    return session_started(d, o, heap, entity, p, sink);
}

/* -- forms logons --------------------------------------------------------------------------- */

static pending_logon *logon_at(tc_deriver *d, size_t i)
{
    return &d->logons[(d->logon_first + i) % PENDING_LOGONS];
}

static uint16_t keep_text(uint8_t *out, size_t size, tc_slice text)
{
    size_t length = TC_MIN(size, text.len);
    if (length) memcpy(out, text.ptr, length);
    return (uint16_t)length;
}

static void logon_wait(tc_deriver *d, const tc_observation *o, tc_slice heap)
{
    if (d->logon_count == PENDING_LOGONS) {
        /* Undecided for lack of room: counted, neither success nor failure. */
        d->logon_first = (d->logon_first + 1) % PENDING_LOGONS;
        d->logon_count--;
        d->coverage.evicted++;
    }
    pending_logon *p = logon_at(d, d->logon_count++);
    tc_slice agent = tc_observation_text(o, heap, TC_OBS_TEXT_AGENT);
    p->order = o->order;
    p->at = o->at;
    p->ip = o->ip;
    p->agent_hash = tc_content_hash(agent);
    p->asn = o->asn;
    p->address_class = o->address_class;
    p->open = true;
    memcpy(p->country, o->country, sizeof(p->country));
    p->user_length =
        keep_text(p->user, sizeof(p->user), tc_observation_text(o, heap, TC_OBS_TEXT_USER));
    p->agent_length = keep_text(p->agent, sizeof(p->agent), agent);
    p->host_length =
        keep_text(p->host, sizeof(p->host), tc_observation_text(o, heap, TC_OBS_TEXT_HOST));
    p->as_org_length = keep_text(p->as_org, sizeof(p->as_org),
                                 (tc_slice){heap.ptr + o->as_org.offset, o->as_org.length});
    p->raw_length =
        keep_text(p->raw, sizeof(p->raw), tc_observation_text(o, heap, TC_OBS_TEXT_RAW));
}

/* The earliest open logon of that address and agent that the record can answer. */
static pending_logon *logon_answered(tc_deriver *d, const tc_observation *o, tc_slice heap)
{
    uint64_t agent = tc_content_hash(tc_observation_text(o, heap, TC_OBS_TEXT_AGENT));
    for (size_t i = 0; i < d->logon_count; i++) {
        pending_logon *p = logon_at(d, i);
        if (p->open && p->agent_hash == agent && tc_ip_equal(p->ip, o->ip)) return p;
    }
    return NULL;
}

static tc_status logon_decided(tc_deriver *d, const tc_observation *o, tc_slice heap, bool success,
                               const tc_derived_sink *sink)
{
    pending_logon *p = logon_answered(d, o, heap);
    if (p == NULL) return TC_SUCCESS;
    p->open = false;
    tc_slice user = tc_observation_text(o, heap, TC_OBS_TEXT_USER);
    if (user.len == 0) user = tc_slice_make(p->user, p->user_length);
    tc_entity entity = tc_derive_entity(d, user, success);
    tc_slice mailbox = tc_identity_label(d->identity, entity);
    tc_subject subject = {0};
    set_common(d, o, heap, mailbox, success ? TC_LIT("logon_succeeded") : TC_LIT("logon_failed"),
               &subject);
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_OUTCOME,
                        success ? TC_LIT("success") : TC_LIT("failure"));
    char start[TC_TIME_TEXT];
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_START,
                        tc_slice_of(tc_time_format(p->order.time, start)));
    if (success)
        d->coverage.logons_succeeded++;
    else
        d->coverage.logons_failed++;
    tc_evidence evidence = tc_derive_evidence(o, heap);
    return tc_derive_emit(d, d->webmail, NULL, &evidence, &subject, sink);
}

/* Nobody came back: a presumed failure, stamped with the end of the wait and ordered behind
 * everything of that instant. */
static tc_status logon_presumed_failed(tc_deriver *d, const pending_logon *p,
                                       const tc_derived_sink *sink)
{
    tc_observation o = {.order = p->order,
                        .at = p->at,
                        .ip = p->ip,
                        .asn = p->asn,
                        .address_class = p->address_class,
                        .last = p->order.time};
    memcpy(o.country, p->country, sizeof(o.country));
    tc_slice user = tc_slice_make(p->user, p->user_length);
    tc_subject subject = {0};
    set_common(d, &o, TC_LIT(""), tc_identity_label(d->identity, tc_derive_entity(d, user, false)),
               TC_LIT("logon_failed"), &subject);
    subject.user = user;
    subject.agent = tc_slice_make(p->agent, p->agent_length);
    subject.host = tc_slice_make(p->host, p->host_length);
    subject.as_org = tc_slice_make(p->as_org, p->as_org_length);
    tc_overlay_set_text(&d->overlay, TC_FIELD_EVENT_OUTCOME, TC_LIT("failure"));
    if (user.len) tc_overlay_set_text(&d->overlay, TC_FIELD_USER_NAME, user);
    if (subject.agent.len) tc_overlay_set_text(&d->overlay, TC_FIELD_USER_AGENT, subject.agent);
    if (subject.host.len) tc_overlay_set_text(&d->overlay, TC_FIELD_HOST_NAME, subject.host);
    d->coverage.logons_failed++;
    tc_order order = p->order;
    order.time = tc_time_add(order.time, LOGON_WAIT);
    order.rank = TC_RANK_PASSED;
    order.sub = 1;
    tc_evidence evidence = {p->order, p->at, tc_slice_make(p->raw, p->raw_length)};
    return tc_derive_emit(d, d->webmail, &order, &evidence, &subject, sink);
}

tc_status tc_derive_logons_until(tc_deriver *d, tc_time time, const tc_derived_sink *sink)
{
    while (d->logon_count > 0) {
        pending_logon *p = logon_at(d, 0);
        if (p->open && p->order.time + LOGON_WAIT >= time) return TC_SUCCESS;
        pending_logon ended = *p;
        d->logon_first = (d->logon_first + 1) % PENDING_LOGONS;
        d->logon_count--;
        if (ended.open) TC_TRY(logon_presumed_failed(d, &ended, sink));
    }
    return TC_SUCCESS;
}

static tc_status culture_requested(tc_deriver *d, const tc_observation *o, tc_slice heap,
                                   const tc_derived_sink *sink)
{
    tc_slice user = tc_observation_text(o, heap, TC_OBS_TEXT_USER);
    tc_subject subject = {0};
    set_common(d, o, heap, tc_identity_label(d->identity, tc_derive_entity(d, user, false)),
               TC_LIT("culture_requested"), &subject);
    subject.language = tc_observation_text(o, heap, TC_OBS_TEXT_VALUE);
    if (subject.language.len) tc_overlay_set_text(&d->overlay, TC_FIELD_LANGUAGE, subject.language);
    tc_slice kind = tc_observation_text(o, heap, TC_OBS_TEXT_EXTRA);
    if (kind.len) tc_overlay_set_text(&d->overlay, TC_FIELD_KIND, kind);
    tc_evidence evidence = tc_derive_evidence(o, heap);
    return tc_derive_emit(d, d->webmail, NULL, &evidence, &subject, sink);
}

tc_status tc_derive_web(tc_deriver *d, const tc_observation *o, tc_slice heap,
                        const tc_derived_sink *sink)
{
    if (d->coverage.first_web == TC_TIME_NONE) d->coverage.first_web = o->order.time;
    d->coverage.last_web = TC_MAX(d->coverage.last_web, TC_MAX(o->last, o->order.time));
    if ((o->flags & TC_OBS_FLAG_HAS_XFF) && !(o->flags & TC_OBS_FLAG_FORWARDED))
        d->coverage.forwarded_ignored++;
    switch ((tc_observation_kind)o->kind) {
    case TC_OBS_WEB_SPAN:
        return web_span(d, o, heap, sink);
    case TC_OBS_WEB_LANDING:
        return logon_decided(d, o, heap, true, sink);
    case TC_OBS_WEB_LOGON:
        logon_wait(d, o, heap);
        return TC_SUCCESS;
    case TC_OBS_WEB_REFUSED:
        return logon_decided(d, o, heap, false, sink);
    case TC_OBS_WEB_CULTURE:
        return culture_requested(d, o, heap, sink);
    case TC_OBS_MESSAGE:
    case TC_OBS_ACCOUNT:
    case TC_OBS_ALIAS:
    case TC_OBS_HIT:
    case TC_OBS_KIND_COUNT:
        return TC_SUCCESS;
    }
    return TC_SUCCESS;
}
