#include "detector/sigma/automaton.h"

#include "parsers/base/alloc.h"

#define ROOT 0u
#define FEW_CHILDREN 6 /* more of them are worth a row */

typedef struct state {
    uint32_t first_child; /* the next state's first child ends them */
    uint32_t fail;        /* the longest proper suffix that is a state */
    uint32_t hit;         /* this state or its nearest suffix that ends a word; ROOT = none */
    uint32_t row;         /* row + 1; 0 = none */
} state;

/* What ends in a state: words[first .. first + count). */
typedef struct ending {
    uint32_t first, count;
} ending;

struct tc_automaton {
    state *states; /* count + 1: the last one closes the children */
    size_t count, room;
    uint8_t *labels;
    ending *endings;
    uint32_t *ids; /* of the sorted words */
    size_t word_count;
    uint16_t class_of[256]; /* 0: a byte of no word */
    size_t class_count;
    uint32_t *rows; /* class_count targets each */
    size_t row_count;
};

static int compare(const void *a, const void *b)
{
    const tc_automaton_word *x = a;
    const tc_automaton_word *y = b;
    int order = tc_slice_compare(x->text, y->text);
    return order != 0 ? order : x->id < y->id ? -1 : x->id > y->id;
}

static void classify(tc_automaton *a, const tc_automaton_word *words)
{
    bool seen[256] = {false};
    for (size_t i = 0; i < a->word_count; i++)
        for (size_t j = 0; j < words[i].text.len; j++)
            seen[words[i].text.ptr[j]] = true;
    a->class_count = 1;
    for (size_t b = 0; b < 256; b++)
        if (seen[b]) a->class_of[b] = (uint16_t)a->class_count++;
}

/* Bytes that begin a new branch, in sorted words: the number of states but the root. */
static size_t count_states(const tc_automaton_word *words, size_t count)
{
    size_t states = 0;
    for (size_t i = 0; i < count; i++) {
        size_t shared = 0;
        tc_slice text = words[i].text;
        tc_slice before = i > 0 ? words[i - 1].text : TC_EMPTY_SLICE;
        while (shared < text.len && shared < before.len && text.ptr[shared] == before.ptr[shared])
            shared++;
        states += text.len - shared;
    }
    return states;
}

/*
 * States in order of depth. While a state waits for its turn, first_child and fail hold the range
 * of the sorted words that begin with it, row its depth.
 */
static void grow(tc_automaton *a, const tc_automaton_word *words)
{
    a->states[ROOT] = (state){.first_child = 0, .fail = (uint32_t)a->word_count};
    a->count = 1;
    for (size_t s = 0; s < a->count; s++) {
        uint32_t at = a->states[s].first_child;
        uint32_t end = a->states[s].fail;
        uint32_t depth = a->states[s].row;
        a->endings[s].first = at;
        while (at < end && words[at].text.len == depth)
            at++;
        a->endings[s].count = at - a->endings[s].first;
        a->states[s].first_child = (uint32_t)a->count;
        while (at < end) {
            uint8_t label = words[at].text.ptr[depth];
            uint32_t from = at;
            while (at < end && words[at].text.ptr[depth] == label)
                at++;
            a->labels[a->count] = label;
            a->states[a->count++] = (state){.first_child = from, .fail = at, .row = depth + 1};
        }
    }
    a->states[a->count] = (state){.first_child = (uint32_t)a->count};
    for (size_t s = 0; s < a->count; s++) {
        a->states[s].fail = ROOT;
        a->states[s].row = 0;
    }
}

static inline uint32_t step(const tc_automaton *a, uint32_t s, uint8_t byte)
{
    for (;;) {
        const state *at = &a->states[s];
        if (at->row) return a->rows[(at->row - 1) * a->class_count + a->class_of[byte]];
        uint32_t end = at[1].first_child;
        for (uint32_t child = at->first_child; child < end; child++)
            if (a->labels[child] == byte) return child;
        s = at->fail; /* the root has a row */
    }
}

static bool wants_row(const tc_automaton *a, size_t s)
{
    return s == ROOT || a->states[s + 1].first_child - a->states[s].first_child > FEW_CHILDREN;
}

static void fill_row(tc_automaton *a, uint32_t s, const uint8_t *byte_of)
{
    uint32_t *row = a->rows + a->row_count * a->class_count;
    for (size_t class = 0; class < a->class_count; class ++)
        row[class] = s == ROOT || class == 0 ? ROOT : step(a, a->states[s].fail, byte_of[class]);
    for (uint32_t child = a->states[s].first_child; child < a->states[s + 1].first_child; child++)
        row[a->class_of[a->labels[child]]] = child;
    a->states[s].row = (uint32_t)++a->row_count;
}

/* Suffix links and rows, from the root outwards: what is shorter is ready. */
static void link_states(tc_automaton *a)
{
    uint8_t byte_of[257] = {0};
    for (size_t b = 0; b < 256; b++)
        if (a->class_of[b]) byte_of[a->class_of[b]] = (uint8_t)b;
    for (uint32_t s = ROOT; s < a->count; s++) {
        if (wants_row(a, s)) fill_row(a, s, byte_of);
        state *at = &a->states[s];
        at->hit = a->endings[s].count > 0 ? s : a->states[at->fail].hit;
        for (uint32_t child = at->first_child; child < at[1].first_child; child++)
            a->states[child].fail = s == ROOT ? ROOT : step(a, at->fail, a->labels[child]);
    }
}

static bool make_room(tc_automaton *a, size_t states)
{
    a->room = states + 1;
    a->states = tc_alloc(a->room + 1, sizeof *a->states);
    a->labels = tc_alloc(a->room, 1);
    a->endings = tc_alloc(a->room, sizeof *a->endings);
    a->ids = tc_alloc(a->word_count, sizeof *a->ids);
    return a->states && a->labels && a->endings && a->ids;
}

static bool make_rows(tc_automaton *a)
{
    size_t rows = 0;
    for (size_t s = 0; s < a->count; s++)
        rows += wants_row(a, s);
    a->rows = tc_alloc(rows * a->class_count, sizeof *a->rows);
    return a->rows != NULL;
}

tc_automaton *tc_automaton_new(tc_automaton_word *words, size_t count)
{
    tc_automaton *a = tc_alloc(1, sizeof *a);
    if (!a) return NULL;
    a->word_count = count;
    if (count > 0) qsort(words, count, sizeof *words, compare);
    classify(a, words);
    size_t states = count_states(words, count);
    bool ok = states < UINT32_MAX - 2 && make_room(a, states);
    if (ok) {
        for (size_t i = 0; i < count; i++)
            a->ids[i] = words[i].id;
        grow(a, words);
        TC_ASSERT(a->count == a->room);
        ok = make_rows(a);
    }
    if (!ok) {
        tc_automaton_free(a);
        return NULL;
    }
    link_states(a);
    return a;
}

void tc_automaton_free(tc_automaton *a)
{
    if (!a) return;
    tc_free(a->states);
    tc_free(a->labels);
    tc_free(a->endings);
    tc_free(a->ids);
    tc_free(a->rows);
    tc_free(a);
}

void tc_automaton_scan(const tc_automaton *a, tc_slice text, tc_automaton_found *found,
                       void *context)
{
    uint32_t s = ROOT;
    for (size_t i = 0; i < text.len; i++) {
        s = step(a, s, text.ptr[i]);
        for (uint32_t hit = a->states[s].hit; TC_UNLIKELY(hit != ROOT);
             hit = a->states[a->states[hit].fail].hit) {
            ending e = a->endings[hit];
            for (uint32_t w = e.first; w < e.first + e.count; w++)
                found(context, a->ids[w], i + 1);
        }
    }
}

size_t tc_automaton_bytes(const tc_automaton *a)
{
    return a->room * (sizeof *a->states + sizeof *a->endings + 1) + a->word_count * sizeof *a->ids +
           a->row_count * a->class_count * sizeof *a->rows;
}
