#include "detector/receive/seen.h"

#include "parsers/base/alloc.h"

#define SLOTS (TC_SEEN_KEPT * 2) /* of a table; half of them are used at most */
#define FULL_MAX ((size_t)64)    /* pieces that filled up between two commits */

typedef struct generation {
    uint64_t *slots; /* 0: free */
    size_t count;
} generation;

struct tc_seen {
    generation young, old;
    tc_seen_piece *pieces; /* a ring of those that wait to be kept; the last one is not full */
    size_t front, waiting;
    bool dirty;       /* the last one */
    uint64_t highest; /* number of the newest piece that was loaded, + 1 */
};

static bool find(const generation *g, uint64_t identity, size_t *ret_slot)
{
    size_t slot = (size_t)(identity & (SLOTS - 1));
    while (g->slots[slot] != 0 && g->slots[slot] != identity)
        slot = (slot + 1) & (SLOTS - 1);
    *ret_slot = slot;
    return g->slots[slot] != 0;
}

tc_seen *tc_seen_new(void)
{
    tc_seen *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return NULL;
    s->young.slots = tc_alloc(SLOTS, sizeof(uint64_t));
    s->old.slots = tc_alloc(SLOTS, sizeof(uint64_t));
    s->pieces = tc_alloc(FULL_MAX, sizeof(tc_seen_piece));
    s->waiting = 1;
    if (s->young.slots && s->old.slots && s->pieces) return s;
    tc_seen_free(s);
    return NULL;
}

void tc_seen_free(tc_seen *s)
{
    if (s == NULL) return;
    tc_free(s->young.slots);
    tc_free(s->old.slots);
    tc_free(s->pieces);
    tc_free(s);
}

bool tc_seen_has(const tc_seen *s, uint64_t identity)
{
    size_t slot;
    return find(&s->young, identity, &slot) || find(&s->old, identity, &slot);
}

void tc_seen_add(tc_seen *s, uint64_t identity)
{
    size_t slot;
    if (tc_seen_has(s, identity)) return;
    if (s->young.count == TC_SEEN_KEPT) {
        generation elder = s->old;
        s->old = s->young;
        memset(elder.slots, 0, SLOTS * sizeof(uint64_t));
        s->young = (generation){elder.slots, 0};
    }
    (void)find(&s->young, identity, &slot);
    s->young.slots[slot] = identity;
    s->young.count++;
}

/* -- kept ----------------------------------------------------------------------------------- */

static tc_seen_piece *piece_at(const tc_seen *s, size_t index)
{
    return &s->pieces[(s->front + index) % FULL_MAX];
}

/* If nobody takes the pieces, the eldest are not kept: so many are not sent again. */
static void next_piece(tc_seen *s)
{
    uint64_t number = piece_at(s, s->waiting - 1)->number + 1;
    if (s->waiting == FULL_MAX) {
        s->front = (s->front + 1) % FULL_MAX;
        s->waiting--;
    }
    tc_seen_piece *piece = piece_at(s, s->waiting++);
    piece->number = number;
    piece->count = 0;
}

void tc_seen_keep(tc_seen *s, uint64_t identity)
{
    tc_seen_piece *piece = piece_at(s, s->waiting - 1);
    piece->identities[piece->count++] = identity;
    s->dirty = true;
    if (piece->count == TC_SEEN_PIECE) next_piece(s);
}

const tc_seen_piece *tc_seen_unkept(tc_seen *s)
{
    const tc_seen_piece *piece = piece_at(s, 0);
    if (s->waiting > 1) {
        s->front = (s->front + 1) % FULL_MAX;
        s->waiting--;
        return piece;
    }
    if (!s->dirty) return NULL;
    s->dirty = false;
    return piece->count > 0 ? piece : NULL;
}

void tc_seen_load(tc_seen *s, const tc_seen_piece *piece)
{
    for (size_t i = 0; i < TC_MIN(piece->count, TC_SEEN_PIECE); i++)
        if (piece->identities[i] != 0) tc_seen_add(s, piece->identities[i]);
    if (piece->number >= s->highest && piece->number < UINT64_MAX) s->highest = piece->number + 1;
}

/* What comes is kept behind the newest piece. */
void tc_seen_loaded(tc_seen *s)
{
    tc_seen_piece *piece = piece_at(s, s->waiting - 1);
    if (piece->number < s->highest) piece->number = s->highest;
}
