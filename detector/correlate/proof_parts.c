#include "detector/correlate/proof_parts.h"

/* One line of evidence, and one subject, as they lie in pieces. */

enum { EVIDENCE_ROOM = 40, EVIDENCE_MORE = 4, SUBJECT_ROOM = 64 };

/* What letting go of it reads stands together in front. */
typedef struct evidence_piece {
    uint32_t holders;
    uint16_t length;
    uint16_t more_count;
    tc_piece more[EVIDENCE_MORE]; /* whole pieces of text */
    tc_order order;
    tc_locator at;
    uint8_t room[EVIDENCE_ROOM];
} evidence_piece;

typedef struct subject_piece {
    tc_ip ip;
    uint32_t holders;
    uint32_t asn;
    uint8_t lengths[TC_SUBJECT_TEXTS];
    bool novel, new_block, own, remote;
    uint8_t place;
    tc_piece more;
    uint8_t room[SUBJECT_ROOM];
} subject_piece;

_Static_assert(sizeof(evidence_piece) == TC_PIECE_BYTES, "a line of evidence begins in a piece");
_Static_assert(sizeof(subject_piece) <= TC_PIECE_BYTES, "a subject begins in a piece");
_Static_assert(EVIDENCE_ROOM + EVIDENCE_MORE * TC_PIECE_BYTES >= TC_EVIDENCE_TEXT_MAX,
               "the longest line of evidence fits");

size_t tc_evidence_need(size_t length)
{
    size_t more = length - TC_MIN(length, (size_t)EVIDENCE_ROOM);
    return 1 + (more + TC_PIECE_BYTES - 1) / TC_PIECE_BYTES;
}

tc_piece tc_evidence_new(const tc_proofs *proofs, const tc_evidence *evidence)
{
    tc_pool *pool = proofs->pool;
    tc_piece piece = tc_pool_take(pool);
    evidence_piece *e = tc_pool_at(pool, piece);
    tc_slice text = tc_slice_sub(evidence->text, 0, TC_EVIDENCE_TEXT_MAX);
    *e = (evidence_piece){
        .order = evidence->order, .at = evidence->at, .holders = 1, .length = (uint16_t)text.len};
    size_t head = TC_MIN(text.len, (size_t)EVIDENCE_ROOM);
    if (head) memcpy(e->room, text.ptr, head);
    for (size_t at = head; at < text.len; at += TC_PIECE_BYTES) {
        tc_piece more = tc_pool_take(pool);
        memcpy(tc_pool_at(pool, more), text.ptr + at,
               TC_MIN(text.len - at, (size_t)TC_PIECE_BYTES));
        e->more[e->more_count++] = more;
    }
    return piece;
}

void tc_evidence_hold(const tc_proofs *proofs, tc_piece evidence)
{
    evidence_piece *e = tc_pool_at(proofs->pool, evidence);
    e->holders++;
}

void tc_evidence_drop(const tc_proofs *proofs, tc_piece evidence)
{
    if (!evidence) return;
    evidence_piece *e = tc_pool_at(proofs->pool, evidence);
    if (--e->holders) return;
    for (size_t i = 0; i < e->more_count; i++) {
        tc_pool_give(proofs->pool, e->more[i]);
    }
    tc_pool_give(proofs->pool, evidence);
}

tc_order tc_evidence_order(const tc_proofs *proofs, tc_piece evidence)
{
    const evidence_piece *e = tc_pool_at(proofs->pool, evidence);
    return e->order;
}

void tc_evidence_show(const tc_proofs *proofs, tc_piece evidence, uint8_t *out, tc_evidence *ret)
{
    const evidence_piece *e = tc_pool_at(proofs->pool, evidence);
    size_t length = e->length, head = TC_MIN(length, (size_t)EVIDENCE_ROOM);
    memcpy(out, e->room, head);
    for (size_t i = 0, at = head; at < length; i++, at += TC_PIECE_BYTES) {
        memcpy(out + at, tc_pool_at(proofs->pool, e->more[i]),
               TC_MIN(length - at, (size_t)TC_PIECE_BYTES));
    }
    *ret = (tc_evidence){e->order, e->at, {out, length}};
}

static bool evidence_equal(const tc_proofs *proofs, tc_piece piece, const tc_evidence *other)
{
    const evidence_piece *e = tc_pool_at(proofs->pool, piece);
    if (tc_order_compare(&e->order, &other->order) != 0) return false;
    uint8_t text[TC_EVIDENCE_TEXT_MAX];
    tc_evidence kept;
    tc_evidence_show(proofs, piece, text, &kept);
    return kept.at.source == other->at.source && kept.at.offset == other->at.offset &&
           kept.at.line == other->at.line && kept.at.length == other->at.length &&
           tc_slice_equal(kept.text, tc_slice_sub(other->text, 0, TC_EVIDENCE_TEXT_MAX));
}

/* In the order in which they lie behind each other in a piece. */
static void subject_texts(const tc_subject *s, tc_slice ret[TC_SUBJECT_TEXTS])
{
    const tc_slice texts[TC_SUBJECT_TEXTS] = {s->mailbox, s->actor, s->target,   s->user,
                                              s->agent,   s->host,  s->language, s->previous,
                                              s->country, s->as_org};
    for (size_t i = 0; i < TC_SUBJECT_TEXTS; i++) {
        ret[i] = tc_slice_sub(texts[i], 0, TC_SUBJECT_TEXT_MAX);
    }
}

/* What makes subjects distinct: mailbox, actor, target, address. */
uint64_t tc_subject_hash(const tc_proofs *proofs, const tc_subject *subject)
{
    const tc_slice texts[] = {subject->mailbox, subject->actor, subject->target};
    uint8_t key[sizeof(tc_ip) + TC_COUNT_OF(texts) * (TC_SUBJECT_TEXT_MAX + 1)];
    size_t length = sizeof(tc_ip);
    memcpy(key, subject->ip.bytes, sizeof(tc_ip));
    for (size_t i = 0; i < TC_COUNT_OF(texts); i++) {
        size_t part = TC_MIN(texts[i].len, (size_t)TC_SUBJECT_TEXT_MAX);
        key[length++] = (uint8_t)part;
        if (part) memcpy(key + length, texts[i].ptr, part);
        length += part;
    }
    return tc_siphash(proofs->key, tc_slice_make(key, length));
}

uint64_t tc_subject_hash_at(const tc_proofs *proofs, tc_piece subject)
{
    uint8_t texts[TC_SUBJECT_TEXTS * TC_SUBJECT_TEXT_MAX];
    tc_subject shown;
    tc_subject_show(proofs, subject, texts, &shown);
    return tc_subject_hash(proofs, &shown);
}

size_t tc_subject_need(const tc_subject *subject)
{
    tc_slice texts[TC_SUBJECT_TEXTS];
    subject_texts(subject, texts);
    size_t length = 0;
    for (size_t i = 0; i < TC_SUBJECT_TEXTS; i++) {
        length += texts[i].len;
    }
    return 1 + tc_pool_chain_need(length - TC_MIN(length, (size_t)SUBJECT_ROOM));
}

tc_piece tc_subject_new(const tc_proofs *proofs, const tc_subject *subject)
{
    tc_pool *pool = proofs->pool;
    tc_slice texts[TC_SUBJECT_TEXTS];
    subject_texts(subject, texts);
    uint8_t all[TC_SUBJECT_TEXTS * TC_SUBJECT_TEXT_MAX];
    size_t length = 0;
    tc_piece piece = tc_pool_take(pool);
    subject_piece *s = tc_pool_at(pool, piece);
    *s = (subject_piece){.ip = subject->ip,
                         .asn = subject->asn,
                         .holders = 1,
                         .novel = subject->novel,
                         .new_block = subject->new_block,
                         .own = subject->own,
                         .place = subject->place,
                         .remote = subject->remote};
    for (size_t i = 0; i < TC_SUBJECT_TEXTS; i++) {
        s->lengths[i] = (uint8_t)texts[i].len;
        if (texts[i].len) memcpy(all + length, texts[i].ptr, texts[i].len);
        length += texts[i].len;
    }
    s->more = tc_pool_text_put(pool, s->room, SUBJECT_ROOM, tc_slice_make(all, length));
    return piece;
}

void tc_subject_hold(const tc_proofs *proofs, tc_piece subject)
{
    subject_piece *s = tc_pool_at(proofs->pool, subject);
    s->holders++;
}

void tc_subject_drop(const tc_proofs *proofs, tc_piece subject)
{
    if (!subject) return;
    subject_piece *s = tc_pool_at(proofs->pool, subject);
    if (--s->holders) return;
    tc_pool_chain_give(proofs->pool, s->more);
    tc_pool_give(proofs->pool, subject);
}

void tc_subject_show(const tc_proofs *proofs, tc_piece subject, uint8_t *out, tc_subject *ret)
{
    const subject_piece *s = tc_pool_at(proofs->pool, subject);
    size_t length = 0;
    tc_slice texts[TC_SUBJECT_TEXTS];
    for (size_t i = 0; i < TC_SUBJECT_TEXTS; i++) {
        texts[i] = tc_slice_make(out + length, s->lengths[i]);
        length += s->lengths[i];
    }
    tc_pool_text_copy(proofs->pool, s->room, SUBJECT_ROOM, s->more, out, length);
    *ret = (tc_subject){.mailbox = texts[0],
                        .actor = texts[1],
                        .target = texts[2],
                        .user = texts[3],
                        .agent = texts[4],
                        .host = texts[5],
                        .language = texts[6],
                        .previous = texts[7],
                        .country = texts[8],
                        .as_org = texts[9],
                        .asn = s->asn,
                        .ip = s->ip,
                        .novel = s->novel,
                        .new_block = s->new_block,
                        .own = s->own,
                        .place = s->place,
                        .remote = s->remote};
}

size_t tc_arrival_load_need(void)
{
    return (size_t)TC_FIRING_EVIDENCE_MAX * (1 + EVIDENCE_MORE) + 1 +
           tc_pool_chain_need((size_t)TC_SUBJECT_TEXTS * TC_SUBJECT_TEXT_MAX);
}

/* Which of a hit's lines are kept: the first two and the last three. */
static size_t kept_count(const tc_hit *hit)
{
    return TC_MIN(hit->evidence_count, (size_t)TC_FIRING_EVIDENCE_MAX);
}

static const tc_evidence *kept_at(const tc_hit *hit, size_t i)
{
    return &hit->evidence[i < 2 ? i : hit->evidence_count - kept_count(hit) + i];
}

void tc_arrival_load(const tc_proofs *proofs, tc_arrival *arrival)
{
    if (!arrival->given || arrival->loaded) return;
    arrival->loaded = true;
    const tc_hit *hit = arrival->given;
    if (!arrival->evidence_count) {
        for (size_t i = 0; i < kept_count(hit); i++) {
            arrival->evidence[i] = tc_evidence_new(proofs, kept_at(hit, i));
        }
        arrival->evidence_count = kept_count(hit);
    }
    if (!hit->subject) return;
    arrival->subjects[0] = 0;
    arrival->subject_hashes[0] = tc_subject_hash(proofs, hit->subject);
    arrival->subject_count = 1;
}

bool tc_arrival_shows(const tc_proofs *proofs, const tc_arrival *arrival, const tc_hit *hit)
{
    if (!arrival->evidence_count || arrival->evidence_count != kept_count(hit)) return false;
    for (size_t i = 0; i < arrival->evidence_count; i++) {
        if (!evidence_equal(proofs, arrival->evidence[i], kept_at(hit, i))) return false;
    }
    return true;
}

tc_piece tc_arrival_subject(const tc_proofs *proofs, tc_arrival *arrival, size_t index)
{
    if (!arrival->subjects[index]) {
        arrival->subjects[index] = tc_subject_new(proofs, arrival->given->subject);
    }
    return arrival->subjects[index];
}
