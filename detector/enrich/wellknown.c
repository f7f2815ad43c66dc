#include "detector/enrich/wellknown.h"

/* Windows translates the names of well-known SIDs (S-1-5-18, -19, -20, -7) with its own language;
 * where a log gives the SID, that decides and these lists are not asked. All folded. */
static const char *const nobodies[] = {
    "-",
    "anonymous",
    "anonymous logon",
    "anonymous-anmeldung",
    "anonymouslogon",
    "accesso anonimo",
    "anonyme anmeldung",
    "inicio de sesión anónimo",
    "logon anônimo",
    "ouverture de session anonyme",
    "(null)",
    "null",
};

static const char *const authorities[] = {
    "autoridad nt",   "autoridade nt", "autorita' nt",     "autorità nt",        "autorite nt",
    "autorité nt",    "builtin",       "font driver host", "iis apppool",        "nt authority",
    "nt instans",     "nt service",    "nt-autorität",     "nt-hallinta",        "nt-myndighed",
    "nt-myndighet",   "nt-overheid",   "vordefiniert",     "nt virtual machine", "window manager",
    "zarządzanie nt",
};

static const char *const users[] = {
    "system",
    "système",
    "systeme",
    "sistema",
    "система",
    "systém",
    "systemet",
    "local service",
    "service local",
    "lokaler dienst",
    "servizio locale",
    "servicio local",
    "serviço local",
    "lokale service",
    "lokal tjänst",
    "usługa lokalna",
    "network service",
    "service réseau",
    "netzwerkdienst",
    "servizio di rete",
    "servicio de red",
    "serviço de rede",
    "netwerkservice",
    "nätverkstjänst",
    "usługa sieciowa",
    "krbtgt",
    "exchangesetup",
    "inboundproxy",
    "exchange online-applicationaccount",
};

/* What Exchange calls the mailboxes and accounts that it makes for its own use. */
static const char *const prefixes[] = {
    "healthmailbox",
    "systemmailbox{",
    "discoverysearchmailbox",
    "federatedemail.",
    "migration.8f3e7716-",
    "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e",
    "extest_",
    "dwm-",
    "umfd-",
    "$",
};

static bool among(const char *const *list, size_t count, tc_slice s)
{
    for (size_t i = 0; i < count; i++)
        if (tc_slice_equal(s, tc_slice_of(list[i]))) return true;
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
        if (tc_slice_starts(user, tc_slice_of(prefixes[i]))) return true;
    return is_arbitration(user) || among(users, TC_COUNT_OF(users), user);
}
