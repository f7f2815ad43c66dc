#include "detector/output/proof_words.h"

#include "detector/output/proof_command.h"
#include "detector/output/proof_parts.h"

#include "parsers/base/ip.h"

#define VALUE_MAX 200
#define TOKENS_MAX 48
#define COMMAND_MAX 512

static void add_value(tc_str *out, tc_slice value)
{
    tc_str_add(out, tc_slice_sub(value, 0, VALUE_MAX));
}

static bool is_known(tc_slice value)
{
    return value.len != 0 && !tc_slice_equal(value, TC_LIT("-"));
}

/* -- a request: W3C ------------------------------------------------------------------------- */

static size_t split_tokens(tc_slice line, tc_slice tokens[TOKENS_MAX])
{
    size_t n = 0;
    while (line.ptr != NULL && n < TOKENS_MAX)
        tokens[n++] = tc_slice_split(line, ' ', &line);
    return n;
}

static bool is_method(tc_slice token)
{
    static const char *const methods[] = {"GET",     "POST",     "HEAD",   "PUT",
                                          "OPTIONS", "PROPFIND", "SEARCH", "DELETE"};
    for (size_t i = 0; i < TC_COUNT_OF(methods); i++)
        if (tc_slice_equal(token, tc_slice_of(methods[i]))) return true;
    return false;
}

static bool is_number(tc_slice token, uint64_t from, uint64_t to)
{
    uint64_t n = 0;
    return tc_slice_to_u64(token, &n) && n >= from && n <= to;
}

static bool is_address(tc_slice token)
{
    tc_ip ip;
    return tc_ip_parse(token, &ip);
}

/* Behind the address: status, substatus and code of Windows in a row. */
static tc_slice status_behind(const tc_slice *tokens, size_t from, size_t count)
{
    for (size_t i = from; i + 1 < count; i++)
        if (is_number(tokens[i], 100, 599) && is_number(tokens[i + 1], 0, UINT32_MAX))
            return tokens[i];
    return TC_EMPTY_SLICE;
}

/* What a balancer inside says of the client: a public address in a later column. */
static tc_slice forwarded_for(const tc_slice *tokens, size_t client, size_t count)
{
    tc_ip ip;
    if (!tc_ip_parse(tokens[client], &ip) || !tc_ip_is_private(ip)) return TC_EMPTY_SLICE;
    for (size_t i = count; i-- > client + 1;) {
        tc_slice first = tc_slice_sub(tokens[i], 0, tc_slice_find(tokens[i], ','));
        if (tc_ip_parse(first, &ip) && !tc_ip_is_private(ip)) return first;
    }
    return TC_EMPTY_SLICE;
}

static void add_client(tc_str *out, const tc_slice *tokens, size_t client, size_t count)
{
    tc_slice behind = forwarded_for(tokens, client, count);
    if (behind.len) {
        add_value(out, behind);
        tc_str_add(out, TC_LIT(" through "));
    }
    add_value(out, tokens[client]);
    tc_str_add_byte(out, ' ');
}

static tc_proof_kind request_words(tc_slice line, tc_str *out)
{
    tc_slice tokens[TOKENS_MAX];
    size_t n = split_tokens(line, tokens), at = 0;
    while (at < n && !is_method(tokens[at]))
        at++;
    if (at + 1 >= n || tokens[at + 1].len == 0 || tokens[at + 1].ptr[0] != '/')
        return TC_PROOF_NONE;
    bool usual = at + 5 < n && is_number(tokens[at + 3], 1, 65535) && is_address(tokens[at + 5]);
    if (usual) add_client(out, tokens, at + 5, n);
    add_value(out, tokens[at]);
    tc_str_add_byte(out, ' ');
    add_value(out, tokens[at + 1]);
    tc_slice status = usual ? status_behind(tokens, at + 6, n) : TC_EMPTY_SLICE;
    if (status.len) {
        tc_str_add_byte(out, ' ');
        add_value(out, status);
    }
    if (usual && is_known(tokens[at + 4])) {
        tc_str_add(out, TC_LIT(" as "));
        add_value(out, tokens[at + 4]);
    }
    return TC_PROOF_REQUEST;
}

/* -- a message: a tracking row -------------------------------------------------------------- */

enum { COLUMN_EVENT = 8, COLUMN_BYTES = 13, COLUMN_SUBJECT = 17, COLUMNS_MAX = 24 };

static bool is_word(tc_slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < 'A' || s.ptr[i] > 'Z') return false;
    return s.len > 0;
}

static bool is_address_of_mail(tc_slice s)
{
    size_t at = tc_slice_find(s, '@');
    return tc_slice_equal(s, TC_LIT("<>")) || (at != TC_NPOS && at > 0);
}

static tc_proof_kind message_words(tc_slice line, tc_str *out)
{
    char room[COLUMNS_MAX * VALUE_MAX];
    tc_slice c[COLUMNS_MAX];
    size_t n = tc_proof_csv(line, c, COLUMNS_MAX, room, sizeof(room));
    if (n <= COLUMN_EVENT || !is_word(c[COLUMN_EVENT - 1]) || !is_word(c[COLUMN_EVENT]))
        return TC_PROOF_NONE;
    /* Since Exchange 2013 an id of the network stands before the recipient. */
    size_t shift = n > COLUMN_BYTES + 1 && !is_number(c[COLUMN_BYTES], 0, UINT64_MAX) &&
                   is_number(c[COLUMN_BYTES + 1], 0, UINT64_MAX);
    size_t subject = COLUMN_SUBJECT + shift;
    if (n <= subject) return TC_PROOF_NONE;
    bool sender = n > subject + 1 && is_address_of_mail(c[subject + 1]);
    if (!sender && n > subject + 1) return TC_PROOF_NONE;
    tc_str_add(out, TC_LIT("subject \""));
    add_value(out, c[subject]);
    tc_str_add_byte(out, '"');
    if (sender && !tc_slice_equal(c[subject + 1], TC_LIT("<>"))) {
        tc_str_add(out, TC_LIT(" from "));
        add_value(out, c[subject + 1]);
    }
    return TC_PROOF_MESSAGE;
}

/* -- an event ------------------------------------------------------------------------------- */

typedef struct event_row {
    const char *number, *words;
    bool access;
} event_row;

static const event_row events[] = {
    {"4624", "logon", true},
    {"4625", "failed logon", true},
    {"4648", "logon with other credentials", true},
    {"4771", "failed logon (Kerberos)", true},
    {"4776", "logon checked (NTLM)", true},
    {"4720", "account made", false},
    {"4723", "password changed by its owner", false},
    {"4724", "password reset by another", false},
    {"4738", "account changed", false},
    {"4740", "account locked", false},
    {"4719", "audit policy changed", false},
    {"1102", "audit log cleared", false},
    {"104", "event log cleared", false},
    {"7045", "service installed", false},
    {"4697", "service installed", false},
};

static void add_member(tc_str *out, tc_slice line, const char *words, const char *const *names)
{
    char room[VALUE_MAX];
    for (; *names; names++) {
        tc_slice value = tc_proof_member(line, *names, room, sizeof(room));
        if (!is_known(value)) continue;
        tc_str_add(out, tc_slice_of(words));
        add_value(out, value);
        return;
    }
}

static void add_event_people(tc_str *out, tc_slice line)
{
    static const char *const target[] = {"TargetUserName", "MailboxOwnerUPN", "ObjectId",
                                         "ObjectModified", NULL};
    static const char *const actor[] = {"SubjectUserName", "Caller", "UserId", NULL};
    static const char *const from[] = {"IpAddress", "ClientIP", "ClientIPAddress", NULL};
    add_member(out, line, ", of ", target);
    add_member(out, line, ", by ", actor);
    add_member(out, line, ", from ", from);
}

static tc_slice first_member(tc_slice line, const char *const *names, char room[static VALUE_MAX])
{
    tc_slice value = TC_EMPTY_SLICE;
    for (; *names && value.len == 0; names++)
        value = tc_proof_member(line, *names, room, VALUE_MAX);
    return value;
}

/* What was asked for by name. Event 1 of the log of cmdlets has values without names. */
static bool add_command(tc_str *out, tc_slice line, tc_slice number)
{
    static const char *const commands[] = {"CmdletName", "Operation", NULL};
    static const char *const first[] = {"param1", NULL}, *const second[] = {"param2", NULL};
    char room[VALUE_MAX];
    tc_slice verb = first_member(line, commands, room);
    if (verb.len) {
        add_value(out, verb);
        return true;
    }
    if (tc_slice_equal(number, TC_LIT("1"))) verb = first_member(line, first, room);
    if (verb.len == 0) return false;
    add_value(out, verb);
    add_member(out, line, " ", second);
    return true;
}

static tc_proof_kind event_words(tc_slice line, tc_str *out)
{
    static const char *const numbers[] = {"EventID", "event_id", "code", NULL};
    char room[VALUE_MAX];
    tc_slice number = first_member(line, numbers, room);
    const event_row *row = NULL;
    if (!add_command(out, line, number)) {
        if (!is_number(number, 1, 65535)) return TC_PROOF_NONE;
        for (size_t i = 0; i < TC_COUNT_OF(events) && row == NULL; i++)
            if (tc_slice_equal(number, tc_slice_of(events[i].number))) row = &events[i];
        tc_str_add(out, TC_LIT("event "));
        add_value(out, number);
        if (row) tc_str_addf(out, ", %s", row->words);
    }
    add_event_people(out, line);
    return row && row->access ? TC_PROOF_REQUEST : TC_PROOF_EVENT;
}

/* -- all ------------------------------------------------------------------------------------ */

/* A date and, behind it, what keeps the columns of a row apart. */
static bool is_tracking_row(tc_slice line)
{
    size_t comma = tc_slice_find(line, ',');
    size_t time = tc_slice_find(line, 'T');
    return comma != TC_NPOS && time == 10 && comma > time && comma < 40;
}

tc_proof_kind tc_proof_words(tc_slice line, tc_str *out)
{
    char inner[1024];
    line = tc_slice_trim(line);
    if (line.len == 0) return TC_PROOF_NONE;
    tc_slice command = tc_proof_command(line);
    if (command.len) {
        tc_str_add(out, tc_slice_sub(command, 0, COMMAND_MAX));
        return TC_PROOF_EVENT;
    }
    if (line.ptr[0] == '<') return event_words(line, out);
    if (line.ptr[0] != '{')
        return is_tracking_row(line) ? message_words(line, out) : request_words(line, out);
    tc_slice shipped = tc_proof_member(line, "message", inner, sizeof(inner));
    tc_proof_kind kind = TC_PROOF_NONE;
    if (shipped.len && shipped.ptr[0] != '{' && shipped.ptr[0] != '<')
        kind = is_tracking_row(shipped) ? message_words(shipped, out) : request_words(shipped, out);
    return kind != TC_PROOF_NONE ? kind : event_words(line, out);
}

const char *tc_proof_phase(tc_proof_kind kind, tc_time time, tc_time first_access)
{
    if (kind == TC_PROOF_REQUEST) return "access";
    if (first_access == TC_TIME_NONE || time == TC_TIME_NONE) return "sign";
    return time < first_access ? "before" : "after";
}
