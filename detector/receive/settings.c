#include "detector/receive/settings.h"

#define KEYS                                                                                       \
    "name, certificate, key, ca, client, connections, timeout, mode, delay; of a capture filter, " \
    "snap, "                                                                                       \
    "buffer, promiscuous"
#define ADDRESSES                                                                                  \
    "lumberjack://HOST:PORT, lumberjack+tls://HOST:PORT, syslog+udp://HOST:PORT, "                 \
    "syslog+tcp://HOST:PORT, syslog+tls://HOST:PORT, unix:///PATH, capture://INTERFACE or -"
#define CONNECTIONS 256
#define CONNECTIONS_MAX 4096
#define TIMEOUT (60 * TC_SECOND)

static TC_STATUS refuse(const char *key, const char *value, const char *why, tc_error *reterr)
{
    return tc_fail(reterr, TC_ESYNTAX, "input: '%.32s=%.100s': %s", key, value, why);
}

/* -- kinds of values ------------------------------------------------------------------------- */

typedef TC_STATUS (*take_value)(tc_listen *l, const char *key, const char *value, tc_error *reterr);

static TC_STATUS take_text(tc_listen *l, const char *key, const char *value, tc_error *reterr)
{
    const struct {
        const char *key;
        const char **place;
    } rows[] = {
        {"certificate", &l->certificate}, {"key", &l->key}, {"ca", &l->ca}, {"filter", &l->filter}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        if (strcmp(rows[i].key, key) != 0) continue;
        bool is_first = *rows[i].place == NULL && value[0] != 0;
        *rows[i].place = value;
        return is_first ? TC_SUCCESS : refuse(key, value, "it is empty, or given twice", reterr);
    }
    return refuse(key, value, "no such key; there are " KEYS, reterr);
}

static bool is_plain(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == '-' || c == '_';
}

static TC_STATUS take_name(tc_listen *l, const char *key, const char *value, tc_error *reterr)
{
    size_t length = strlen(value);
    bool good = length > 0 && length <= TC_LISTEN_NAME && l->name[0] == 0;
    for (size_t i = 0; good && i < length; i++)
        good = is_plain(value[i]);
    if (!good) return refuse(key, value, "once, up to 64 letters, digits and . - _", reterr);
    memcpy(l->name, value, length + 1);
    return TC_SUCCESS;
}

static TC_STATUS take_client(tc_listen *l, const char *key, const char *value, tc_error *reterr)
{
    l->client_optional = strcmp(value, "optional") == 0;
    if (l->client_optional || strcmp(value, "required") == 0) return TC_SUCCESS;
    return refuse(key, value, "it is required or optional", reterr);
}

static TC_STATUS take_connections(tc_listen *l, const char *key, const char *value,
                                  tc_error *reterr)
{
    uint64_t n = 0;
    if (!tc_slice_to_u64(tc_slice_of(value), &n) || n == 0 || n > CONNECTIONS_MAX)
        return refuse(key, value, "a number from 1 to 4096 is wanted", reterr);
    l->connections = (uint32_t)n;
    return TC_SUCCESS;
}

static TC_STATUS take_timeout(tc_listen *l, const char *key, const char *value, tc_error *reterr)
{
    if (tc_time_parse_span(tc_slice_of(value), &l->timeout) && l->timeout >= TC_SECOND &&
        l->timeout <= TC_HOUR)
        return TC_SUCCESS;
    return refuse(key, value, "a span from 1s to 1h is wanted", reterr);
}

static TC_STATUS take_delay(tc_listen *l, const char *key, const char *value, tc_error *reterr)
{
    if (tc_time_parse_span(tc_slice_of(value), &l->delay) && l->delay > 0 &&
        l->delay <= 24 * TC_HOUR)
        return TC_SUCCESS;
    return refuse(key, value, "a span up to 24 hours is wanted (90s, 15m, 6h)", reterr);
}

static TC_STATUS take_mode(tc_listen *l, const char *key, const char *value, tc_error *reterr)
{
    uint32_t mode = 0;
    size_t length = strlen(value);
    bool good = length >= 3 && length <= 4;
    for (size_t i = 0; good && i < length; i++) {
        good = value[i] >= '0' && value[i] <= '7';
        mode = mode * 8 + (uint32_t)(value[i] - '0');
    }
    l->mode = mode;
    return good && mode <= 0777 ? TC_SUCCESS : refuse(key, value, "a mode like 0660", reterr);
}

static TC_STATUS take_snap(tc_listen *l, const char *key, const char *value, tc_error *reterr)
{
    uint64_t n = 0;
    if (!tc_slice_to_u64(tc_slice_of(value), &n) || n < 64 || n > 262144)
        return refuse(key, value, "a number of bytes from 64 to 262144 is wanted", reterr);
    l->snap = (uint32_t)n;
    return TC_SUCCESS;
}

static TC_STATUS take_buffer(tc_listen *l, const char *key, const char *value, tc_error *reterr)
{
    uint64_t n = 0;
    tc_slice number = tc_slice_of(value);
    bool mebi = tc_slice_ends_ascii(number, TC_LIT("MiB"));
    if (mebi) number.len -= 3;
    if (!tc_slice_to_u64(number, &n) || !mebi || n == 0 || n > 1024)
        return refuse(key, value, "a size from 1MiB to 1024MiB is wanted", reterr);
    l->buffer = n << 20;
    return TC_SUCCESS;
}

static TC_STATUS take_promiscuous(tc_listen *l, const char *key, const char *value,
                                  tc_error *reterr)
{
    l->promiscuous = strcmp(value, "yes") == 0;
    if (l->promiscuous || strcmp(value, "no") == 0) return TC_SUCCESS;
    return refuse(key, value, "it is yes or no", reterr);
}

static take_value kind_of(const char *key)
{
    static const struct {
        const char *key;
        take_value take;
    } rows[] = {
        {"name", take_name},       {"client", take_client}, {"connections", take_connections},
        {"timeout", take_timeout}, {"mode", take_mode},     {"delay", take_delay},
        {"snap", take_snap},       {"buffer", take_buffer}, {"promiscuous", take_promiscuous}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        if (strcmp(rows[i].key, key) == 0) return rows[i].take;
    return take_text;
}

/* -- the address ----------------------------------------------------------------------------- */

typedef struct scheme {
    const char *name;
    tc_speech speech;
    tc_way way;
    uint16_t port;
} scheme;

static const scheme schemes[] = {{"lumberjack+tls://", TC_SPEAKS_LUMBERJACK, TC_WAY_TLS, 5044},
                                 {"lumberjack://", TC_SPEAKS_LUMBERJACK, TC_WAY_TCP, 5044},
                                 {"syslog+udp://", TC_SPEAKS_SYSLOG, TC_WAY_UDP, 514},
                                 {"syslog+tcp://", TC_SPEAKS_SYSLOG, TC_WAY_TCP, 514},
                                 {"syslog+tls://", TC_SPEAKS_SYSLOG, TC_WAY_TLS, 6514},
                                 {"unix://", TC_SPEAKS_LINES, TC_WAY_UNIX, 0},
                                 {"capture://", TC_SPEAKS_PACKETS, TC_WAY_INTERFACE, 0}};

static TC_STATUS bad_address(const char *text, tc_error *reterr)
{
    return tc_fail(reterr, TC_ESYNTAX, "input: '%.100s' is none of " ADDRESSES, text);
}

/* HOST, HOST:PORT, [ADDRESS] or [ADDRESS]:PORT; cut in place. */
static TC_STATUS take_host(tc_listen *l, const char *text, char *host, tc_error *reterr)
{
    char *end = host[0] == '[' ? strchr(host, ']') : strchr(host, ':');
    char *port = end;
    uint64_t n = l->port;
    if (host[0] == '[') {
        if (end == NULL) return bad_address(text, reterr);
        *end = 0;
        port = end + 1;
        host++;
    }
    if (port != NULL && *port == ':') {
        *port = 0;
        if (!tc_slice_to_u64(tc_slice_of(port + 1), &n) || n == 0 || n > 65535)
            return tc_fail(reterr, TC_ESYNTAX, "input: '%.30s' is no port", port + 1);
    } else if (port != NULL && *port != 0) {
        return bad_address(text, reterr);
    }
    if (host[0] == 0)
        return tc_fail(reterr, TC_ESYNTAX,
                       "input: no host: say 127.0.0.1, 0.0.0.0 for every address, or [::]");
    l->host = host;
    l->port = (uint16_t)n;
    return TC_SUCCESS;
}

static TC_STATUS take_interface(tc_listen *l, const char *text, const char *name, tc_error *reterr)
{
    l->interface = name;
    l->promiscuous = true;
    bool good = name[0] != 0 && strlen(name) < 64 && strchr(name, '/') == NULL;
    return good ? TC_SUCCESS : bad_address(text, reterr);
}

static TC_STATUS take_address(tc_listen *l, char *word, const char *text, tc_error *reterr)
{
    if (strcmp(word, "-") == 0) {
        l->speech = TC_SPEAKS_LINES;
        l->way = TC_WAY_STDIN;
        return TC_SUCCESS;
    }
    for (size_t i = 0; i < TC_COUNT_OF(schemes); i++) {
        size_t length = strlen(schemes[i].name);
        if (strncmp(word, schemes[i].name, length) != 0) continue;
        l->speech = schemes[i].speech;
        l->way = schemes[i].way;
        l->port = schemes[i].port;
        if (l->way == TC_WAY_INTERFACE) return take_interface(l, text, word + length, reterr);
        if (l->way != TC_WAY_UNIX) return take_host(l, text, word + length, reterr);
        l->path = word + length;
        return l->path[0] == '/' && l->path[1] != 0 ? TC_SUCCESS : bad_address(text, reterr);
    }
    return bad_address(text, reterr);
}

/* -- the line -------------------------------------------------------------------------------- */

/* Takes the quotes off a value that begins with one, and finds its end; NULL: it has none. */
static char *end_of_quoted(char *value)
{
    char *end = strchr(value + 1, *value);
    if (end == NULL || (end[1] != 0 && end[1] != ' ')) return NULL;
    memmove(value, value + 1, (size_t)(end - value - 1));
    end[-1] = ' ';
    *end = ' ';
    return end - 1;
}

/* The next word, ended by NUL where a blank stood; NULL: there is none. */
static char *next_word(char **at)
{
    while (**at == ' ')
        ++*at;
    char *word = *at, *end = NULL;
    while (**at != 0 && **at != ' ') {
        bool quoted = **at == '=' && ((*at)[1] == '\'' || (*at)[1] == '"');
        if (quoted) end = end_of_quoted(*at + 1);
        *at = quoted && end ? end : *at + 1;
        if (quoted && end) break;
    }
    if (**at == ' ') *(*at)++ = 0;
    return word[0] ? word : NULL;
}

/* The address as a name: logs are remembered under it, so it is the same at every start. */
static void name_after(const char *text, char name[TC_LISTEN_NAME + 1])
{
    size_t n = 0;
    for (; *text && *text != ' ' && n < TC_LISTEN_NAME; text++) {
        char c = is_plain(*text) ? *text : '-';
        if (c != '-' || (n > 0 && name[n - 1] != '-')) name[n++] = c;
    }
    if (n > 0 && name[n - 1] == '-') n--;
    if (n == 0) n = (size_t)snprintf(name, TC_LISTEN_NAME, "stdin");
    name[n] = 0;
}

static TC_STATUS check_capture(const tc_listen *l, tc_error *reterr)
{
    bool capture = l->filter || l->snap || l->buffer || l->promiscuous;
    if (!capture || l->way == TC_WAY_INTERFACE) return TC_SUCCESS;
    return tc_fail(reterr, TC_ESYNTAX,
                   "input: filter, snap, buffer and promiscuous belong to capture:// only");
}

static TC_STATUS check(const tc_listen *l, tc_error *reterr)
{
    bool tls = l->way == TC_WAY_TLS;
    if (tls && (l->certificate == NULL || l->key == NULL))
        return tc_fail(reterr, TC_ESYNTAX,
                       "input: TLS needs certificate=FILE and key=FILE (PEM) of this server");
    if (!tls && (l->certificate || l->key || l->ca))
        return tc_fail(reterr, TC_ESYNTAX,
                       "input: certificate, key and ca belong to lumberjack+tls:// and "
                       "syslog+tls:// only");
    if (l->client_optional && l->ca == NULL)
        return tc_fail(reterr, TC_ESYNTAX, "input: client=optional needs ca=FILE");
    if (l->mode != 0 && l->way != TC_WAY_UNIX)
        return tc_fail(reterr, TC_ESYNTAX, "input: mode belongs to unix:// only");
    return TC_SUCCESS;
}

TC_STATUS tc_listen_read(const char *text, tc_listen *ret, tc_error *reterr)
{
    size_t length = strlen(text);
    *ret = (tc_listen){.connections = CONNECTIONS, .timeout = TIMEOUT};
    if (length >= sizeof(ret->room))
        return tc_fail(reterr, TC_ESYNTAX, "input: more than %d bytes", TC_LISTEN_TEXT - 1);
    memcpy(ret->room, text, length + 1);
    char *at = ret->room, *word = next_word(&at);
    if (word == NULL) return tc_fail(reterr, TC_ESYNTAX, "input: no address; say " ADDRESSES);
    TC_TRY(take_address(ret, word, text, reterr));
    while ((word = next_word(&at)) != NULL) {
        char *value = strchr(word, '=');
        if (value == NULL)
            return tc_fail(reterr, TC_ESYNTAX, "input: '%.100s' is no KEY=VALUE", word);
        *value++ = 0;
        if (value[0] == '\'' || value[0] == '"')
            return refuse(word, value, "the quote does not end", reterr);
        TC_TRY(kind_of(word)(ret, word, value, reterr));
    }
    while (*text == ' ')
        text++;
    if (ret->name[0] == 0) name_after(text, ret->name);
    TC_TRY(check_capture(ret, reterr));
    return check(ret, reterr);
}

bool tc_listen_is_exposed(const tc_listen *l)
{
    if (l->way != TC_WAY_TCP && l->way != TC_WAY_UDP) return false;
    return strncmp(l->host, "127.", 4) != 0 && strcmp(l->host, "::1") != 0 &&
           strcmp(l->host, "localhost") != 0;
}
