#include "detector/receive/record.h"

#include "parsers/base/hash.h"
#include "parsers/base/json_reader.h"

#define NAME_MAX_LENGTH 64
#define DEPTH_MAX 3

/* What is looked for; of names for one thing the first counts. */
typedef enum fact {
    AGENT,
    AGENT_HOST,
    HOST,
    HOST_OTHER,
    HOST_PLAIN,
    HOST_OLD,
    PATH,
    PATH_OLD,
    INODE,
    PRINT,
    OFFSET,
    OFFSET_OLD,
    CHANNEL,
    COMPUTER,
    NUMBER,
    TIME,
    LINE,
    FACTS
} fact;

static const char *const names[FACTS] = {
    [AGENT] = "agent.name",
    [AGENT_HOST] = "agent.hostname",
    [HOST] = "host.name",
    [HOST_OTHER] = "host.hostname",
    [HOST_PLAIN] = "host",
    [HOST_OLD] = "beat.hostname",
    [PATH] = "log.file.path",
    [PATH_OLD] = "source",
    [INODE] = "log.file.inode",
    [PRINT] = "log.file.fingerprint",
    [OFFSET] = "log.offset",
    [OFFSET_OLD] = "offset",
    [CHANNEL] = "winlog.channel",
    [COMPUTER] = "winlog.computer_name",
    [NUMBER] = "winlog.record_id",
    [TIME] = "@timestamp",
    [LINE] = "message",
};

/* The raw texts of what was found. */
typedef struct facts {
    tc_json_value at[FACTS];
    bool there[FACTS];
} facts;

static bool leads_on(tc_slice name)
{
    return tc_slice_equal(name, TC_LIT("agent")) || tc_slice_equal(name, TC_LIT("host")) ||
           tc_slice_equal(name, TC_LIT("log")) || tc_slice_equal(name, TC_LIT("log.file")) ||
           tc_slice_equal(name, TC_LIT("winlog")) || tc_slice_equal(name, TC_LIT("beat"));
}

static void note(facts *f, tc_slice name, const tc_json_value *value)
{
    for (size_t i = 0; i < FACTS; i++) {
        if (f->there[i] || !tc_slice_equal(name, tc_slice_of(names[i]))) continue;
        f->there[i] = true;
        f->at[i] = *value;
        return;
    }
}

static void walk(tc_json *r, char name[NAME_MAX_LENGTH], size_t length, unsigned depth, facts *f);

static void take_member(tc_json *r, char name[NAME_MAX_LENGTH], size_t length, unsigned depth,
                        facts *f)
{
    tc_json_value value;
    tc_slice whole = tc_slice_make(name, length);
    tc_json ahead = *r;
    if (!tc_json_value_next(&ahead, &value)) {
        r->failed = true;
        return;
    }
    bool enters = value.type == TC_JSON_OBJECT && depth < DEPTH_MAX && leads_on(whole);
    if (enters) {
        *r = ahead;
        walk(r, name, length, depth + 1, f);
        return;
    }
    if (value.type == TC_JSON_STRING || value.type == TC_JSON_NUMBER) note(f, whole, &value);
    if (!tc_json_skip(r, NULL)) r->failed = true;
}

/* Behind the opening of an object of that name. */
static void walk(tc_json *r, char name[NAME_MAX_LENGTH], size_t length, unsigned depth, facts *f)
{
    tc_slice key;
    while (tc_json_key_next(r, &key)) {
        size_t dot = length > 0 ? 1 : 0;
        if (length + dot + key.len > NAME_MAX_LENGTH) {
            if (!tc_json_skip(r, NULL)) return;
            continue;
        }
        if (dot) name[length] = '.';
        memcpy(name + length + dot, key.ptr, key.len);
        take_member(r, name, length + dot + key.len, depth, f);
    }
}

static tc_slice text_of(const facts *f, fact which, tc_arena *arena)
{
    tc_slice text = f->at[which].raw;
    if (!f->there[which]) return TC_EMPTY_SLICE;
    if (f->at[which].escaped && !tc_json_decode(arena, f->at[which].raw, &text))
        return f->at[which].raw;
    return text;
}

static tc_slice first_of(const facts *f, const fact *which, size_t count, tc_arena *arena)
{
    for (size_t i = 0; i < count; i++)
        if (f->there[which[i]] && f->at[which[i]].raw.len > 0) return text_of(f, which[i], arena);
    return TC_EMPTY_SLICE;
}

static tc_slice folder_of(tc_slice path)
{
    size_t slash = tc_slice_rfind(path, '/'), back = tc_slice_rfind(path, '\\');
    size_t at = slash == TC_NPOS ? back : back == TC_NPOS ? slash : TC_MAX(slash, back);
    return at == TC_NPOS ? path : tc_slice_sub(path, 0, at);
}

static uint64_t hash_of(const facts *f, const fact *which, size_t count, tc_slice host)
{
    uint64_t hash = tc_content_hash(host);
    for (size_t i = 0; i < count; i++)
        hash = tc_content_hash_add(hash, f->there[which[i]] ? f->at[which[i]].raw : TC_EMPTY_SLICE);
    return hash != 0 ? hash : 1;
}

static void take_windows(const facts *f, tc_arena *arena, tc_record *ret)
{
    static const fact identity[] = {COMPUTER, CHANNEL, NUMBER, TIME};
    ret->kind = TC_RECORD_WINDOWS;
    ret->log = text_of(f, CHANNEL, arena);
    if (f->there[NUMBER] && f->there[CHANNEL])
        ret->identity = hash_of(f, identity, TC_COUNT_OF(identity), TC_EMPTY_SLICE);
}

static void take_shipped(const facts *f, tc_arena *arena, tc_record *ret)
{
    static const fact paths[] = {PATH, PATH_OLD};
    static const fact identity[] = {PATH, PATH_OLD, INODE, PRINT, OFFSET, OFFSET_OLD, LINE};
    bool placed = f->there[OFFSET] || f->there[OFFSET_OLD];
    tc_slice path = first_of(f, paths, TC_COUNT_OF(paths), arena);
    ret->kind = TC_RECORD_SHIPPED;
    ret->log = folder_of(path);
    bool header = f->there[LINE] && tc_slice_starts(f->at[LINE].raw, TC_LIT("#"));
    if (placed && path.len > 0 && f->there[LINE] && !header)
        ret->identity = hash_of(f, identity, TC_COUNT_OF(identity), ret->host);
}

void tc_record_of_json(tc_slice line, tc_arena *arena, tc_record *ret)
{
    static const fact hosts[] = {AGENT, AGENT_HOST, HOST, HOST_OTHER, HOST_PLAIN, HOST_OLD};
    char name[NAME_MAX_LENGTH];
    tc_json reader;
    tc_json_value value;
    facts f;
    memset(&f, 0, sizeof(f));
    *ret = (tc_record){.kind = TC_RECORD_OTHER};
    tc_json_init(&reader, line);
    if (!tc_json_value_next(&reader, &value) || value.type != TC_JSON_OBJECT) return;
    walk(&reader, name, 0, 1, &f);
    if (tc_json_failed(&reader)) return;
    ret->host = first_of(&f, hosts, TC_COUNT_OF(hosts), arena);
    if (f.there[CHANNEL] || f.there[NUMBER])
        take_windows(&f, arena, ret);
    else if (f.there[LINE])
        take_shipped(&f, arena, ret);
}

/* -- syslog --------------------------------------------------------------------------------- */

static tc_slice next_word(tc_slice *rest)
{
    while (rest->len > 0 && rest->ptr[0] == ' ')
        *rest = tc_slice_sub(*rest, 1, SIZE_MAX);
    size_t end = tc_slice_find(*rest, ' ');
    tc_slice word = tc_slice_sub(*rest, 0, end);
    *rest = tc_slice_sub(*rest, word.len, SIZE_MAX);
    return word;
}

void tc_record_of_syslog(tc_slice message, tc_record *ret)
{
    size_t end = tc_slice_find(tc_slice_sub(message, 0, 6), '>');
    tc_slice rest = message;
    *ret = (tc_record){.kind = TC_RECORD_OTHER, .log = TC_LIT("rfc3164")};
    if (message.len > 0 && message.ptr[0] == '<' && end != TC_NPOS)
        rest = tc_slice_sub(message, end + 1, SIZE_MAX);
    tc_slice word = next_word(&rest);
    if (tc_slice_equal(word, TC_LIT("1"))) {
        ret->log = TC_LIT("rfc5424");
        (void)next_word(&rest);
    } else if (word.len == 3) { /* a month; day and time follow */
        (void)next_word(&rest);
        (void)next_word(&rest);
    }
    ret->host = next_word(&rest);
}
