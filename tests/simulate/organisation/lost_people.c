#include "tests/simulate/organisation/lost_people.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

struct lost_people {
    uint64_t *names; /* hashes, open addressing; 0 is free */
    size_t room;     /* a power of two */
    uint32_t count;
};

static uint8_t lower_byte(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

static void add_name(lost_people *lost, const char *name)
{
    char lower[160];
    size_t n = 0;
    for (; name[n] && n < sizeof(lower); n++)
        lower[n] = (char)lower_byte((uint8_t)name[n]);
    uint64_t hash = tc_content_hash(tc_slice_make(lower, n)) | 1;
    size_t at = hash >> 1 & (lost->room - 1);
    while (lost->names[at] && lost->names[at] != hash)
        at = (at + 1) & (lost->room - 1);
    lost->names[at] = hash;
}

lost_people *lost_people_new(const org *o)
{
    if (o->opt.lose_mailboxes <= 0) return NULL;
    lost_people *lost = sim_alloc(1, sizeof(lost_people));
    lost->room = 64;
    while (lost->room < (size_t)o->opt.mailboxes * 6)
        lost->room *= 2;
    lost->names = sim_alloc(lost->room, sizeof(uint64_t));
    for (uint32_t i = 0; i < o->opt.mailboxes; i++) {
        const person *m = &o->mailboxes[i];
        rng r = org_rng(o, "lost mailbox", i);
        if (!rng_chance(&r, o->opt.lose_mailboxes)) continue;
        add_name(lost, m->mail);
        add_name(lost, m->upn);
        add_name(lost, m->sam);
        lost->count++;
    }
    return lost;
}

void lost_people_free(lost_people *lost)
{
    if (lost == NULL) return;
    tc_free(lost->names);
    tc_free(lost);
}

uint32_t lost_people_count(const lost_people *lost)
{
    return lost ? lost->count : 0;
}

static bool is_name_byte(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
           c == '@';
}

static bool knows(const lost_people *lost, const char *word, size_t length)
{
    uint64_t hash = tc_content_hash(tc_slice_make(word, length)) | 1;
    for (size_t at = hash >> 1 & (lost->room - 1); lost->names[at];
         at = (at + 1) & (lost->room - 1))
        if (lost->names[at] == hash) return true;
    return false;
}

bool lost_people_named(const lost_people *lost, tc_slice line)
{
    char word[160];
    size_t n = 0;
    if (lost == NULL) return false;
    for (size_t i = 0; i <= line.len; i++) {
        uint8_t c = i < line.len ? lower_byte(line.ptr[i]) : 0;
        if (is_name_byte(c)) {
            if (n < sizeof(word)) word[n] = (char)c;
            n++;
            continue;
        }
        if (n > 2 && n <= sizeof(word) && knows(lost, word, n)) return true;
        n = 0;
    }
    return false;
}
