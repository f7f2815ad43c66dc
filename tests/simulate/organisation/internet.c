/* Draws who holds which block, and addresses within them. */
#include "tests/simulate/organisation/internet.h"

#include "parsers/base/hash.h"

typedef struct country {
    const char *code;
    char region; /* E Europe, A Asia and the Pacific, N North America, S the South */
    const char *const providers[4];
    const char *mobile;
} country;

static const country countries[] = {
    {"BE", 'E', {"Scarlet Lijn", "Edpnetwerk", "Telenord", NULL}, "Mobistand"},
    {"LU", 'E', {"Luxlink", "Visualnet LU", NULL, NULL}, "Tangofon"},
    {"FR", 'E', {"Librebox", "Boucle Locale", "Numerique Ouest", "SFRance"}, "Bouyphone"},
    {"DE", 'E', {"Deutsche Leitung", "Kabel Mitte", "Netzkoeln", NULL}, "E-Fon"},
    {"NL", 'E', {"KPNetwerk", "Ziggurat", "XS Vier", NULL}, "Tele Polder"},
    {"IT", 'E', {"Fibra Nostra", "Rete Adriatica", "Windrete", NULL}, "Tre Monti"},
    {"ES", 'E', {"Telefonia Iberica", "Onda Sur", NULL, NULL}, "Yoigol"},
    {"PT", 'E', {"Meo Tejo", "Nosso Cabo", NULL, NULL}, "Vodaluso"},
    {"PL", 'E', {"Orzel Net", "Wisla Kabel", NULL, NULL}, "Plusfon"},
    {"RO", 'E', {"Rodata", "Carpat Net", NULL, NULL}, "Digimob"},
    {"EL", 'E', {"Otenet Aigaio", "Forthcoming", NULL, NULL}, "Cosmofon"},
    {"CZ", 'E', {"Vltava Net", "O2morava", NULL, NULL}, "Kaktusmob"},
    {"HU", 'E', {"Duna Telekom", "Digi Pannon", NULL, NULL}, "Telemagyar"},
    {"SE", 'E', {"Bredband Norr", "Telias", NULL, NULL}, "Tre Kronor"},
    {"DK", 'E', {"Stofaur", "Tdcnet", NULL, NULL}, "Callmig"},
    {"FI", 'E', {"Elisanet", "Dna Oulu", NULL, NULL}, "Saunafon"},
    {"AT", 'E', {"A1 Alpen", "Donaukabel", NULL, NULL}, "Dreimob"},
    {"IE", 'E', {"Eirlink", "Virgin Bog", NULL, NULL}, "Tesco Fon"},
    {"BG", 'E', {"Vivabul", "Sofia Net", NULL, NULL}, "Telenord BG"},
    {"HR", 'E', {"Iskonet", "Adria Com", NULL, NULL}, "Tomatomob"},
    {"SK", 'E', {"Slovanet", "Tatra Link", NULL, NULL}, "Ferofon"},
    {"SI", 'E', {"Siolnet", NULL, NULL, NULL}, "Bobmobil"},
    {"EE", 'E', {"Elionet", NULL, NULL, NULL}, "Elisamob"},
    {"LV", 'E', {"Lattelekom", NULL, NULL, NULL}, "Bite Riga"},
    {"LT", 'E', {"Teolink", NULL, NULL, NULL}, "Pildykmob"},
    {"MT", 'E', {"Melitanet", NULL, NULL, NULL}, "Epicmob"},
    {"CY", 'E', {"Cytalink", NULL, NULL, NULL}, "Cytamob"},
    {"GB", 'E', {"British Line", "Sky High", "Talk Cheap", NULL}, "Giff Gaf"},
    {"CH", 'E', {"Swisslink", "Init Sieben", NULL, NULL}, "Saltfon"},
    {"NO", 'E', {"Telenorr", NULL, NULL, NULL}, "Icefon"},
    {"RS", 'E', {"Sbb Sava", NULL, NULL, NULL}, "Yettmob"},
    {"TR", 'A', {"Turknet Bogaz", "Superonlink", NULL, NULL}, "Turkfon"},
    {"UA", 'E', {"Kyivnet", "Volya Dnipro", NULL, NULL}, "Kyivfon"},
    {"RU", 'E', {"Er Telekom", "Mosnet", "Beelink", NULL}, "Megafonia"},
    {"MD", 'E', {"Starnet", NULL, NULL, NULL}, "Unitefon"},
    {"GE", 'A', {"Silkline", NULL, NULL, NULL}, "Magtifon"},
    {"US", 'N', {"Comcaster", "Spectral", "Verizone", "Coxline"}, "T-Mobily"},
    {"CA", 'N', {"Rogerline", "Shawnet", NULL, NULL}, "Fidofon"},
    {"BR", 'S', {"Claronet", "Oi Linha", NULL, NULL}, "Timbra"},
    {"ZA", 'S', {"Telkomza", "Afrihosted", NULL, NULL}, "Cell Cape"},
    {"KE", 'S', {"Safarilink", NULL, NULL, NULL}, "Safarimob"},
    {"EG", 'S', {"Tedata Nil", NULL, NULL, NULL}, "Nilefon"},
    {"MA", 'S', {"Maroclink", NULL, NULL, NULL}, "Inwimob"},
    {"NG", 'S', {"Spectranet", NULL, NULL, NULL}, "Glofon"},
    {"IN", 'A', {"Bsnline", "Airtelly", NULL, NULL}, "Jiofon"},
    {"CN", 'A', {"Huadong Net", "Beifang Unicom", "Nanfang Broadband", NULL}, "Yidong"},
    {"TW", 'A', {"Hinetwork", NULL, NULL, NULL}, "Taifon"},
    {"HK", 'A', {"Harbour Broadband", NULL, NULL, NULL}, "Smartfon"},
    {"JP", 'A', {"Ocn Kanto", "Softline", NULL, NULL}, "Dokofon"},
    {"KR", 'A', {"Kornetwork", NULL, NULL, NULL}, "Hanfon"},
    {"VN", 'A', {"Vnptnet", "Viettelnet", NULL, NULL}, "Mobivina"},
    {"TH", 'A', {"Totnet", NULL, NULL, NULL}, "Aisfon"},
    {"ID", 'A', {"Telkomnet", NULL, NULL, NULL}, "Indofon"},
    {"IR", 'A', {"Shatelnet", "Pars Online", NULL, NULL}, "Hamrahfon"},
    {"IL", 'A', {"Bezekline", NULL, NULL, NULL}, "Pelefon X"},
    {"AE", 'A', {"Etisalnet", NULL, NULL, NULL}, "Dufon"},
    {"AU", 'A', {"Telstar", NULL, NULL, NULL}, "Optifon"},
};

/* First octets that the registries gave out in each region; none of the cloud's below. */
static const uint8_t europe[] = {2,   5,   31,  37,  46,  62,  77,  78,  79,  80,  81, 82, 83,
                                 84,  85,  86,  87,  88,  89,  90,  91,  92,  93,  94, 95, 109,
                                 151, 176, 178, 185, 188, 193, 194, 195, 212, 213, 217};
static const uint8_t asia[] = {1,   14,  27,  36,  42,  49,  58,  59,  60,  61,  101,
                               103, 106, 110, 111, 112, 113, 114, 115, 116, 117, 118,
                               119, 120, 121, 122, 123, 124, 125, 171, 175, 180, 182,
                               183, 202, 203, 210, 211, 218, 219, 220, 221};
static const uint8_t north[] = {24,  50,  63,  64,  65,  66,  67,  68,  69, 70,  71,
                                72,  73,  74,  75,  76,  96,  97,  98,  99, 107, 108,
                                162, 173, 174, 184, 199, 204, 205, 206, 207};
static const uint8_t south[] = {41,  102, 105, 154, 177, 179, 181,
                                186, 187, 189, 190, 196, 197, 200};

static const char *const hosters[] = {"Servermania", "Rackbyte", "Cloudvault", "Vpsforge"};
static const char *const places[] = {"Grand Hotels Connect", "Congress Wireless"};
static const char *const tunnels[] = {"Quietpipe VPN", "Burrow Privacy", "Nordic Tunnel"};

/* Published for the mail service; the last three rows are for rent to anybody. */
static const struct {
    uint32_t v4;
    uint8_t bits;
    uint32_t asn;
    const char *country, *holder;
    net_kind kind;
} fixed[] = {
    {0x34600000, 14, 8075, "US", "MICROSOFT-CORP-MSN-AS-BLOCK", NET_MAIL_CLOUD}, /* 52.96 */
    {0x28600000, 13, 8075, "US", "MICROSOFT-CORP-MSN-AS-BLOCK", NET_MAIL_CLOUD}, /* 40.96 */
    {0x34700000, 14, 8075, "IE", "MICROSOFT-CORP-MSN-AS-BLOCK", NET_MAIL_CLOUD}, /* 52.112 */
    {0x14320000, 16, 8075, "NL", "MICROSOFT-CORP-MSN-AS-BLOCK", NET_RENTED},     /* 20.50 */
    {0x14280000, 16, 8075, "IE", "MICROSOFT-CORP-MSN-AS-BLOCK", NET_RENTED},     /* 20.40 */
    {0x144d0000, 16, 8075, "US", "MICROSOFT-CORP-MSN-AS-BLOCK", NET_RENTED},     /* 20.77 */
};

typedef struct maker {
    org *o;
    rng r;
    size_t capacity;
    uint8_t taken[65536 / 8];
    uint32_t next_asn;
    uint32_t v6_site[4];
} maker;

static uint32_t free_block(maker *m, char region)
{
    const uint8_t *pool = region == 'E'   ? europe
                          : region == 'A' ? asia
                          : region == 'N' ? north
                                          : south;
    uint32_t count = region == 'E'   ? TC_COUNT_OF(europe)
                     : region == 'A' ? TC_COUNT_OF(asia)
                     : region == 'N' ? TC_COUNT_OF(north)
                                     : TC_COUNT_OF(south);
    for (;;) {
        uint32_t b = (uint32_t)pool[rng_below(&m->r, count)] << 8 | rng_below(&m->r, 256);
        /* Blocks for examples and benchmarks lie in none of these. */
        if (b == 0xcb00 || b == 0xc633 || b == 0xc000 || b == 0xc612 || b == 0xc613) continue;
        if (m->taken[b / 8] & 1u << b % 8) continue;
        m->taken[b / 8] |= (uint8_t)(1u << b % 8);
        return b << 16;
    }
}

static network *add(maker *m, net_kind kind, const char *code, uint32_t asn)
{
    size_t have = m->capacity;
    sim_grow(&m->o->networks, &have, m->o->network_count + 1, sizeof(network));
    m->capacity = have;
    network *n = &m->o->networks[m->o->network_count++];
    memset(n, 0, sizeof(*n));
    n->kind = kind;
    n->asn = asn;
    snprintf(n->country, sizeof(n->country), "%.2s", strcmp(code, "EL") == 0 ? "GR" : code);
    return n;
}

static void add_provider(maker *m, const country *c, net_kind kind, const char *name, uint8_t bits,
                         int blocks)
{
    uint32_t asn = m->next_asn;
    m->next_asn += 1 + rng_below(&m->r, 90);
    for (int i = 0; i < blocks; i++) {
        network *n = add(m, kind, c->code, asn);
        n->v4 = free_block(m, c->region);
        n->bits = bits;
        snprintf(n->holder, sizeof(n->holder), "%s %s", name, c->code);
        if (i > 0 || kind == NET_MOBILE || kind == NET_PLACE) continue;
        uint32_t site = c->region == 'E' ? 0 : c->region == 'A' ? 1 : c->region == 'N' ? 2 : 3;
        static const uint32_t registry[] = {0x2a01, 0x2405, 0x2607, 0x2804};
        m->v6_site[site] += 1 + rng_below(&m->r, 40);
        n->v6 = (uint64_t)registry[site] << 48 | (uint64_t)(m->v6_site[site] & 0xffff) << 32;
    }
}

static void add_country(maker *m, const country *c)
{
    for (int i = 0; i < 4 && c->providers[i]; i++)
        add_provider(m, c, NET_HOME, c->providers[i], (uint8_t)(16 + rng_below(&m->r, 3)), 2);
    add_provider(m, c, NET_MOBILE, c->mobile, 22, 1);
    uint32_t first = rng_below(&m->r, TC_COUNT_OF(hosters));
    for (uint32_t i = 0; i < 2; i++)
        add_provider(m, c, NET_HOSTING, hosters[(first + i) % TC_COUNT_OF(hosters)],
                     (uint8_t)(19 + rng_below(&m->r, 3)), 2);
    add_provider(m, c, NET_PLACE, places[rng_below(&m->r, TC_COUNT_OF(places))], 20, 1);
}

static int by_address(const void *a, const void *b)
{
    const network *x = a, *y = b;
    return x->v4 < y->v4 ? -1 : x->v4 > y->v4;
}

void internet_draw(org *o)
{
    maker m = {.o = o, .r = org_rng(o, "internet", 0), .next_asn = 47000};
    o->networks = NULL;
    o->network_count = 0;
    for (size_t i = 0; i < TC_COUNT_OF(countries); i++)
        add_country(&m, &countries[i]);
    for (size_t i = 0; i < TC_COUNT_OF(tunnels); i++)
        for (uint32_t k = 0; k < 5; k++) {
            static const char *const at[] = {"NL", "SE", "CH", "US", "RO"};
            country c = {.code = at[k], .region = k == 3 ? 'N' : 'E'};
            add_provider(&m, &c, NET_TUNNEL, tunnels[i], 23, 1);
        }
    for (size_t i = 0; i < TC_COUNT_OF(fixed); i++) {
        network *n = add(&m, fixed[i].kind, fixed[i].country, fixed[i].asn);
        n->v4 = fixed[i].v4;
        n->bits = fixed[i].bits;
        snprintf(n->holder, sizeof(n->holder), "%s", fixed[i].holder);
    }
    country own = {.code = "BE", .region = 'E'};
    add_provider(&m, &own, NET_OWN, "Institutional Network", 24, 1);
    if (o->network_count) qsort(o->networks, o->network_count, sizeof(network), by_address);
}

static bool fits(const network *n, net_kind kind, const char *code)
{
    if (n->kind != kind) return false;
    if (code == NULL) return true;
    return strcmp(n->country, strcmp(code, "EL") == 0 ? "GR" : code) == 0;
}

const network *internet_find(const org *o, net_kind kind, const char *code, uint32_t n)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < o->network_count; i++)
        count += fits(&o->networks[i], kind, code);
    if (count == 0) return code ? internet_find(o, kind, NULL, n) : &o->networks[0];
    n %= count;
    for (uint32_t i = 0; i < o->network_count; i++)
        if (fits(&o->networks[i], kind, code) && n-- == 0) return &o->networks[i];
    return &o->networks[0];
}

void internet_v4(const network *n, uint64_t key, char out[ADDRESS_TEXT])
{
    uint64_t h = tc_content_hash_add(key, TC_LIT("v4"));
    uint32_t span = n->bits >= 32 ? 1 : UINT32_C(1) << (32 - n->bits);
    uint32_t a = n->v4 + (uint32_t)(h % span);
    if ((a & 255) == 0 || (a & 255) == 255) a ^= 19;
    snprintf(out, ADDRESS_TEXT, "%u.%u.%u.%u", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
}

bool internet_same_block(const char *a, const char *b)
{
    size_t first = strcspn(a, ".") + 1, length = first + strcspn(a + first, ".") + 1;
    return strncmp(a, b, length) == 0;
}

void internet_v6(const network *n, uint64_t key, uint64_t device, char out[ADDRESS_TEXT])
{
    if (n->v6 == 0) {
        internet_v4(n, key, out);
        return;
    }
    uint64_t h = tc_content_hash_add(key, TC_LIT("v6")) & 0xffffff00;
    uint64_t d = tc_content_hash_add(device, TC_LIT("id"));
    uint64_t p = n->v6 | h;
    snprintf(out, ADDRESS_TEXT, "%x:%x:%x:%x:%x:%x:%x:%x", (unsigned)(p >> 48),
             (unsigned)(p >> 32 & 0xffff), (unsigned)(p >> 16 & 0xffff) | 1u,
             (unsigned)(p & 0xffff) | 1u, (unsigned)(d >> 48) | 1u,
             (unsigned)(d >> 32 & 0xffff) | 1u, (unsigned)(d >> 16 & 0xffff) | 1u,
             (unsigned)(d & 0xffff) | 1u);
}

const char *internet_country(rng *r, bool european)
{
    for (;;) {
        const country *c = &countries[rng_below(r, TC_COUNT_OF(countries))];
        if (!european || c->region == 'E') return c->code;
    }
}
