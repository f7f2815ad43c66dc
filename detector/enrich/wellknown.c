#include "detector/enrich/wellknown.h"

#define S(text)                                                                                    \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }

/* Windows translates the names of well-known SIDs (S-1-5-18, -19, -20, -7) with its own language;
 * where a log gives the SID, that decides and these lists are not asked. All folded. */
static const tc_slice nobodies[] = {
    S("-"),
    S("anonymous"),
    S("anonymous logon"),
    S("anonymous-anmeldung"),
    S("anonymouslogon"),
    S("accesso anonimo"),
    S("anonyme anmeldung"),
    S("inicio de sesión anónimo"),
    S("logon anônimo"),
    S("ouverture de session anonyme"),
    S("(null)"),
    S("null"),
};

static const tc_slice authorities[] = {
    S("autoridad nt"),
    S("autoridade nt"),
    S("autorita' nt"),
    S("autorità nt"),
    S("autorite nt"),
    S("autorité nt"),
    S("builtin"),
    S("font driver host"),
    S("iis apppool"),
    S("nt authority"),
    S("nt instans"),
    S("nt service"),
    S("nt-autorität"),
    S("nt-hallinta"),
    S("nt-myndighed"),
    S("nt-myndighet"),
    S("nt-overheid"),
    S("vordefiniert"),
    S("nt virtual machine"),
    S("window manager"),
    S("zarządzanie nt"),
};

static const tc_slice users[] = {
    S("system"),
    S("système"),
    S("systeme"),
    S("sistema"),
    S("система"),
    S("systém"),
    S("systemet"),
    S("local service"),
    S("service local"),
    S("lokaler dienst"),
    S("servizio locale"),
    S("servicio local"),
    S("serviço local"),
    S("lokale service"),
    S("lokal tjänst"),
    S("usługa lokalna"),
    S("network service"),
    S("service réseau"),
    S("netzwerkdienst"),
    S("servizio di rete"),
    S("servicio de red"),
    S("serviço de rede"),
    S("netwerkservice"),
    S("nätverkstjänst"),
    S("usługa sieciowa"),
    S("krbtgt"),
    S("exchangesetup"),
    S("inboundproxy"),
    S("exchange online-applicationaccount"),
};

/* What Exchange calls the mailboxes and accounts that it makes for its own use. */
static const tc_slice prefixes[] = {
    S("healthmailbox"),
    S("systemmailbox{"),
    S("discoverysearchmailbox"),
    S("federatedemail."),
    S("migration.8f3e7716-"),
    S("microsoftexchange329e71ec88ae4615bbc36ab6ce41109e"),
    S("extest_"),
    S("dwm-"),
    S("umfd-"),
    S("$"),
};

static bool among(const tc_slice *list, size_t count, tc_slice s)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].len == s.len && memcmp(list[i].ptr, s.ptr, s.len) == 0) return true;
    return false;
}

/* sm_ and 17 or more hexadecimal digits: the accounts of arbitration mailboxes. */
static bool is_arbitration(tc_slice s)
{
    if (!tc_slice_starts(s, TC_LIT("sm_")) || s.len < 20) return false;
    for (size_t i = 3; i < s.len; i++) {
        bool digit = s.ptr[i] >= '0' && s.ptr[i] <= '9';
        if (!digit && !(s.ptr[i] >= 'a' && s.ptr[i] <= 'f')) return false;
    }
    return true;
}

bool tc_wellknown_nobody(tc_slice user)
{
    return among(nobodies, TC_COUNT_OF(nobodies), user);
}

bool tc_wellknown_domain(tc_slice domain)
{
    return domain.len > 0 && among(authorities, TC_COUNT_OF(authorities), domain);
}

bool tc_wellknown_user(tc_slice user)
{
    for (size_t i = 0; i < TC_COUNT_OF(prefixes); i++)
        if (user.len > 0 && user.ptr[0] == prefixes[i].ptr[0] && tc_slice_starts(user, prefixes[i]))
            return true;
    return is_arbitration(user) || among(users, TC_COUNT_OF(users), user);
}
