#include "detector/input/host.h"

#include "parsers/base/ip.h"

enum { SHORT_NAME_MAX = 15, NAME_MAX_BYTES = 253, LABEL_MAX = 63 };

/* Folders in which IIS, Exchange and Windows keep logs, and what people call their copies. */
static const char *const known_folders[] = {
    "activity",
    "adminauditlog",
    "agentlog",
    "archive",
    "autodiscover",
    "c",
    "c$",
    "cmdletinfra",
    "config",
    "connectivity",
    "csv",
    "data",
    "eas",
    "ecp",
    "edge",
    "event logs",
    "eventlogs",
    "evidence",
    "evtx",
    "ews",
    "exchange",
    "export",
    "exchange server",
    "frontend",
    "front end",
    "httperr",
    "httpproxy",
    "hub",
    "iis",
    "imap4",
    "inetpub",
    "json",
    "log",
    "logfiles",
    "logging",
    "logs",
    "mailbox",
    "mapi",
    "messages",
    "messagetracking",
    "microsoft",
    "msgtrk",
    "oab",
    "others",
    "owa",
    "pop3",
    "powershell",
    "program files",
    "raw",
    "protocollog",
    "receive",
    "rest",
    "rpchttp",
    "sec",
    "security",
    "send",
    "server",
    "smtp",
    "smtpsend",
    "smtpreceive",
    "system",
    "system32",
    "transport",
    "windows",
    "transportroles",
    "tracking log",
    "w3c",
    "web",
    "winevt",
    "message tracking",
};

/* Stems of folders that people number: no servers. */
static const char *const numbered_folders[] = {
    "backup", "batch", "case", "copy", "day", "dir",  "disk", "folder", "image", "incident", "job",
    "part",   "run",   "set",  "test", "tmp", "temp", "user", "vol",    "week",  "year",
};

/* Folders whose children are people or disks, not servers. */
static const char *const holders[] = {"home", "users", "mnt", "media", "tmp", "volumes"};

/* Endings of files and unpacked archives that would pass for a top-level domain. */
static const char *const endings[] = {
    "bak", "csv", "dir", "evtx", "extracted", "gz",  "json",     "log", "logs",
    "old", "rar", "tar", "tgz",  "tmp",       "txt", "unzipped", "xml", "zip",
};

static bool is_letter(uint8_t byte)
{
    return (uint8_t)((byte | 0x20) - 'a') < 26;
}

static bool listed(tc_slice name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (tc_slice_equal_ascii(name, tc_slice_of(list[i]))) return true;
    }
    return false;
}
#define LISTED(name, list) listed((name), (list), TC_COUNT_OF(list))

static tc_slice without_digits(tc_slice name)
{
    while (name.len > 0 && tc_is_digit(name.ptr[name.len - 1]))
        name.len--;
    return name;
}

/* W3SVC1, SMTPSVC2, V15 and the like. */
static bool is_numbered_known(tc_slice name)
{
    tc_slice stem = without_digits(name);
    return stem.len < name.len && (tc_slice_equal_ascii(stem, TC_LIT("w3svc")) ||
                                   tc_slice_equal_ascii(stem, TC_LIT("smtpsvc")) ||
                                   tc_slice_equal_ascii(stem, TC_LIT("v")));
}

/* 2011, 03, 2011-03-09: nothing but digits and what stands between them. */
static bool is_date(tc_slice name)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t byte = name.ptr[i];
        if (!tc_is_digit(byte) && byte != '-' && byte != '_') return false;
    }
    return true;
}

static bool is_known(tc_slice name)
{
    return is_date(name) || tc_slice_equal(name, TC_LIT(".")) || is_numbered_known(name) ||
           LISTED(name, known_folders);
}

static bool is_label(tc_slice label)
{
    if (label.len == 0 || label.len > LABEL_MAX) return false;
    if (label.ptr[0] == '-' || label.ptr[label.len - 1] == '-') return false;
    for (size_t i = 0; i < label.len; i++) {
        uint8_t byte = label.ptr[i];
        if (!is_letter(byte) && !tc_is_digit(byte) && byte != '-') return false;
    }
    return true;
}

static bool is_full_name(tc_slice name)
{
    if (name.len > NAME_MAX_BYTES || tc_slice_find(name, '.') == TC_NPOS) return false;
    tc_slice rest = name, label = TC_EMPTY_SLICE;
    while (rest.ptr) {
        label = tc_slice_split(rest, '.', &rest);
        if (!is_label(label)) return false;
    }
    for (size_t i = 0; i < label.len; i++) {
        if (!is_letter(label.ptr[i])) return false;
    }
    return label.len >= 2 && !LISTED(label, endings);
}

/* EX01, mail2, SRV-EXCH-01: one case of letters, hyphens, and a small number at the end. */
static bool is_short_name(tc_slice name)
{
    if (name.len > SHORT_NAME_MAX || !is_label(name) || !is_letter(name.ptr[0])) return false;
    tc_slice stem = without_digits(name);
    if (stem.len == name.len || name.len - stem.len > 3) return false;
    bool upper = false, lower = false;
    for (size_t i = 0; i < stem.len; i++) {
        upper |= (uint8_t)(stem.ptr[i] - 'A') < 26;
        lower |= (uint8_t)(stem.ptr[i] - 'a') < 26;
    }
    while (stem.len > 0 && stem.ptr[stem.len - 1] == '-')
        stem.len--;
    return upper != lower && stem.len >= 2 && !LISTED(stem, numbered_folders);
}

static bool is_host(tc_slice name)
{
    tc_ip ip;
    return is_full_name(name) || is_short_name(name) || (tc_ip_parse(name, &ip) && tc_ip_is_v4(ip));
}

/* EX01 of EX01.zip and EX01.tar.gz, which are archives, or folders that were one. */
static tc_slice without_archive(tc_slice name)
{
    static const char *const kinds[] = {".zip", ".7z",  ".tar", ".tgz", ".tbz2", ".txz",
                                        ".gz",  ".bz2", ".xz",  ".zst", ".lz4"};
    for (size_t i = 0; i < TC_COUNT_OF(kinds); i++) {
        if (!tc_slice_ends_ascii(name, tc_slice_of(kinds[i]))) continue;
        name.len -= strlen(kinds[i]);
        i = SIZE_MAX; /* from the first again */
    }
    return name;
}

tc_slice tc_host_from_path(tc_slice path, size_t root)
{
    size_t end = tc_slice_rfind(path, '/');
    while (end != TC_NPOS && end > root) {
        tc_slice above = tc_slice_sub(path, 0, end);
        size_t slash = tc_slice_rfind(above, '/');
        size_t from = slash == TC_NPOS ? 0 : slash + 1;
        if (from < root) break;
        tc_slice name = without_archive(tc_slice_sub(above, from, SIZE_MAX));
        if (!is_known(name)) {
            tc_slice parent = tc_slice_sub(path, 0, slash == TC_NPOS ? 0 : slash);
            size_t before = tc_slice_rfind(parent, '/');
            parent = tc_slice_sub(parent, before == TC_NPOS ? 0 : before + 1, SIZE_MAX);
            return is_host(name) && !LISTED(parent, holders) ? name : TC_EMPTY_SLICE;
        }
        end = slash;
    }
    return TC_EMPTY_SLICE;
}
