/* One file is gathered in memory, then written whole: plain, and gzip'd where a copy was kept. */
#include "tests/simulate/organisation/files.h"
#include "tests/simulate/folder.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

struct files {
    const org *o;
    char name[128]; /* below logs/; empty: none is open */
    tc_str content;
    bool copied, lost;
    file_count counts[LOG_KINDS];
};

static const char iis7_fields[] =
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
    "cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken";
static const char iis10_fields[] =
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
    "cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken";
static const char tracking14_fields[] =
    "#Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,"
    "connector-id,source,event-id,internal-message-id,message-id,recipient-address,"
    "recipient-status,total-bytes,recipient-count,related-recipient-address,reference,"
    "message-subject,sender-address,return-path,message-info,directionality,tenant-id,"
    "original-client-ip,original-server-ip,custom-data";
static const char tracking15_fields[] =
    "#Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,"
    "connector-id,source,event-id,internal-message-id,message-id,network-message-id,"
    "recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,"
    "reference,message-subject,sender-address,return-path,message-info,directionality,tenant-id,"
    "original-client-ip,original-server-ip,custom-data,transport-traffic-type,log-id,"
    "schema-version";

files *files_new(const org *o)
{
    files *f = sim_alloc(1, sizeof(files));
    f->o = o;
    tc_str_init(&f->content, (size_t)8 << 30);
    return f;
}

void files_free(files *f)
{
    tc_str_done(&f->content);
    tc_free(f);
}

const char *files_host(log_kind kind, uint32_t host)
{
    static const char *const servers[HOSTS_MAX] = {"MX01", "MX02", "MX03", "MX04"};
    static const char *const controllers[HOSTS_MAX] = {"AD01", "AD02", "AD03", "AD04"};
    return (kind == LOG_CONTROLLER ? controllers : servers)[host % HOSTS_MAX];
}

static void name_of(const files *f, log_kind kind, uint32_t host, tc_time t, char out[128])
{
    char text[TC_TIME_TEXT];
    const char *server = files_host(kind, host);
    tc_time_format_human(t, text);
    char day[12] = {text[0], text[1], text[2],  text[3],  text[5], text[6],
                    text[8], text[9], text[11], text[12], 0};
    bool hourly = kind == LOG_IIS ? f->o->t.hourly_iis : f->o->t.hourly_tracking;
    if (!hourly) day[8] = 0;
    if (kind == LOG_IIS)
        snprintf(out, 128, "iis/%s/W3SVC1/u_ex%s%s.log", server, day + 2,
                 f->o->t.front == FRONT_FORWARDED ? "_x" : "");
    else if (kind == LOG_TRACKING)
        snprintf(out, 128, "msgtrk/%s/MSGTRK%s-1.LOG", server, day);
    else
        snprintf(out, 128, "winlog/%s/winlogbeat-%.8s.ndjson", server, day);
}

static void open_iis(files *f, tc_time first)
{
    char date[TC_TIME_TEXT];
    bool legacy = f->o->t.era == ERA_LEGACY;
    tc_time_format_human(first, date);
    tc_str_addf(&f->content,
                "#Software: Microsoft Internet Information Services %s\r\n#Version: 1.0\r\n"
                "#Date: %.19s\r\n%s%s\r\n",
                legacy ? "7.5" : "10.0", date, legacy ? iis7_fields : iis10_fields,
                f->o->t.front == FRONT_FORWARDED ? " X-Forwarded-For" : "");
}

static void open_tracking(files *f, tc_time first)
{
    char date[TC_TIME_TEXT];
    bool legacy = f->o->t.era == ERA_LEGACY;
    tc_str_addf(&f->content,
                "%s#Software: Microsoft Exchange Server\r\n#Version: %s\r\n"
                "#Log-type: Message Tracking Log\r\n#Date: %s\r\n%s\r\n",
                f->o->opt.seed % 2 ? "\xef\xbb\xbf" : "", f->o->t.build_long,
                tc_time_format_ms(first, date), legacy ? tracking14_fields : tracking15_fields);
}

static bool write_file(const char *path, const void *data, size_t size)
{
    char folder[4096];
    snprintf(folder, sizeof(folder), "%s", path);
    char *slash = strrchr(folder, '/');
    if (slash != NULL) *slash = 0;
    if (!files_folder(folder)) return false;
    FILE *out = fopen(path, "wb");
    if (out == NULL) return false;
    bool ok = fwrite(data, 1, size, out) == size;
    return fclose(out) == 0 && ok;
}

static uint32_t checksum(tc_slice s)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < s.len; i++) {
        crc ^= s.ptr[i];
        for (int k = 0; k < 8; k++)
            crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
    }
    return ~crc;
}

static void add_little(tc_str *out, uint32_t n, int bytes)
{
    for (int i = 0; i < bytes; i++)
        tc_str_add_byte(out, (uint8_t)(n >> 8 * i));
}

/* Stored, not deflated: a copy needs no library (RFC 1951 section 3.2.4, RFC 1952). */
static bool write_gzip(const char *path, tc_slice content)
{
    tc_str out;
    tc_str_init(&out, (size_t)8 << 30);
    tc_str_add(&out, tc_slice_make("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10));
    for (size_t at = 0; at < content.len;) {
        size_t n = TC_MIN(content.len - at, (size_t)65535);
        tc_str_add_byte(&out, at + n == content.len);
        add_little(&out, (uint32_t)n, 2);
        add_little(&out, ~(uint32_t)n, 2);
        tc_str_add(&out, tc_slice_make(content.ptr + at, n));
        at += n;
    }
    add_little(&out, checksum(content), 4);
    add_little(&out, (uint32_t)content.len, 4);
    bool ok = !tc_failed(tc_str_status(&out)) && write_file(path, out.data, out.len);
    tc_str_done(&out);
    return ok;
}

bool files_close(files *f)
{
    char path[4096];
    bool ok = true;
    if (f->name[0] && !f->lost) {
        snprintf(path, sizeof(path), "%s/logs/%s", f->o->opt.folder, f->name);
        ok = !tc_failed(tc_str_status(&f->content)) &&
             write_file(path, f->content.data, f->content.len);
        snprintf(path, sizeof(path), "%s/logs/archive/%s.gz", f->o->opt.folder, f->name);
        if (ok && f->copied) ok = write_gzip(path, tc_str_view(&f->content));
    }
    f->name[0] = 0;
    tc_str_clear(&f->content);
    return ok;
}

static bool is_lost(const files *f, const char *name)
{
    if (f->o->opt.lose_days <= 0) return false;
    rng r = org_rng(f->o, "lost", tc_content_hash(tc_slice_of(name)));
    return rng_chance(&r, f->o->opt.lose_days);
}

bool files_lost(const files *f, log_kind kind, uint32_t host, tc_time t)
{
    char name[128];
    if (f->o->opt.lose_days <= 0) return false;
    name_of(f, kind, host, t, name);
    return is_lost(f, name);
}

file_count files_count(const files *f, log_kind kind)
{
    return f->counts[kind];
}

static void open_file(files *f, log_kind kind, const char *name, tc_time t)
{
    snprintf(f->name, sizeof(f->name), "%s", name);
    f->lost = is_lost(f, name);
    f->counts[kind].made++;
    f->counts[kind].lost += f->lost;
    f->copied = false;
    if (kind == LOG_IIS) open_iis(f, t);
    if (kind == LOG_TRACKING) open_tracking(f, t);
}

bool files_add(files *f, log_kind kind, uint32_t host, tc_time t, tc_slice text, bool copied)
{
    char name[128];
    name_of(f, kind, host, t, name);
    if (strcmp(name, f->name) != 0) {
        if (!files_close(f)) return false;
        open_file(f, kind, name, t);
    }
    f->copied = f->copied || copied;
    tc_str_add(&f->content, text);
    tc_str_add(&f->content,
               kind == LOG_IIS || kind == LOG_TRACKING ? TC_LIT("\r\n") : TC_LIT("\n"));
    return true;
}
