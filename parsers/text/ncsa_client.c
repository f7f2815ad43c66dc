#include "parsers/text/ncsa_client.h"

#include "parsers/base/ip.h"
#include "parsers/base/time.h"
#include "parsers/text/carried.h"
#include "parsers/text/ncsa_text.h"

/* -- what carries the line --------------------------------------------------------------------- */

static bool is_time(tc_slice word)
{
    tc_time time;
    bool zoned;
    return tc_time_parse_iso(word, &time, &zoned);
}

/* "2024-05-02T06:00:00.123456789Z stdout P ": the line goes on in the next. */
static bool is_cut(tc_slice before)
{
    bool whole;
    tc_slice rest, time = tc_slice_split(before, ' ', &rest);
    return is_time(time) && tc_cri_stream(&rest, &whole) && !whole;
}

/* -- lists of addresses ------------------------------------------------------------------------ */

/* The words at the end of the text of which each but the last ends in a comma. */
static tc_slice last_list(tc_slice text)
{
    size_t from = text.len;
    while (from > 0) {
        size_t blank = tc_slice_rfind(tc_slice_sub(text, 0, from), ' ');
        from = blank == TC_NPOS ? 0 : blank;
        if (from == 0 || text.ptr[from - 1] != ',') break;
    }
    return tc_slice_trim(tc_slice_sub(text, from, TC_NPOS));
}

/* Takes a list apart; false if an element that stands there is no address. */
static bool read_list(tc_slice list, tc_ncsa_client *ret)
{
    bool public = false;
    for (tc_slice rest = list; rest.ptr && rest.len > 0;) {
        tc_slice word = tc_slice_trim(tc_slice_split(rest, ',', &rest));
        tc_ip ip;
        if (!tc_ip_parse_loose(word, &ip)) return false;
        if (!public || !tc_ip_is_private(ip)) ret->client = word;
        public = public || !tc_ip_is_private(ip);
    }
    if (tc_slice_find(list, ',') != TC_NPOS) ret->forwarded = list;
    return ret->client.len > 0;
}

/* The address or the list before the first "-"; *rest is then what stands from there on. */
static bool read_before_ident(tc_slice *rest, tc_ncsa_client *ret)
{
    size_t ident = tc_slice_search(*rest, TC_LIT(" - "));
    if (ident == TC_NPOS || !read_list(last_list(tc_slice_sub(*rest, 0, ident)), ret)) return false;
    *rest = tc_slice_sub(*rest, ident, TC_NPOS);
    return true;
}

/* -- the whole --------------------------------------------------------------------------------- */

/* "host:port client" at the front of *rest, which is then behind it; a list has no host. */
static bool read_behind_host(tc_slice *rest, tc_ncsa_client *ret)
{
    tc_slice behind = *rest, first = tc_ncsa_word(&behind), second = tc_ncsa_word(&behind);
    tc_ip ip;
    if (!tc_ip_parse(second, &ip) || tc_slice_ends(first, TC_LIT(","))) return false;
    if (!is_time(first)) ret->host = tc_slice_sub(first, 0, tc_slice_rfind(first, ':'));
    ret->client = second;
    *rest = behind;
    return true;
}

/* Whoever asks is taken off the front of *rest. */
static void read_who(tc_slice *rest, tc_ncsa_client *ret)
{
    tc_slice behind = *rest, first = tc_ncsa_word(&behind);
    tc_ip ip;
    if (!tc_ip_parse(first, &ip) && (read_behind_host(rest, ret) || read_before_ident(rest, ret)))
        return;
    *ret = (tc_ncsa_client){.client = first};
    *rest = behind;
}

bool tc_ncsa_client_read(tc_slice before, tc_ncsa_client *ret)
{
    tc_slice rest = before;
    *ret = (tc_ncsa_client){TC_EMPTY_SLICE, TC_EMPTY_SLICE, TC_EMPTY_SLICE, TC_EMPTY_SLICE};
    if (is_cut(before)) return false;
    read_who(&rest, ret);
    tc_slice ident = tc_ncsa_word(&rest);
    ret->user = tc_slice_trim(rest);
    return ret->client.len > 0 && ident.len > 0 && ret->user.len > 0;
}
