/* The one thread that serves all peers. */
#include "detector/receive/state.h"

#include "parsers/base/alloc.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAIT_MS 250
#define ACCEPTS_AT_ONCE 64
#define IDLE (10 * TC_SECOND)
#define POLLS_MAX ((size_t)1 << 17)

typedef struct polls {
    struct pollfd *items;
    size_t count, capacity;
} polls;

static bool add_poll(polls *p, int fd, short events)
{
    if (tc_failed(tc_grow(&p->items, &p->capacity, p->count + 1, sizeof(*p->items), POLLS_MAX)))
        return false;
    p->items[p->count++] = (struct pollfd){.fd = events ? fd : -1, .events = events};
    return true;
}

/* The bell, then the inputs, then the peers. *ret_more: somebody need not wait. */
static bool gather(tc_receive *r, polls *p, bool *ret_more)
{
    p->count = 0;
    *ret_more = false;
    bool full = r->bytes > TC_INLETS_BYTES;
    tc_time now = tc_receive_now(r);
    bool good = add_poll(p, r->wake, POLLIN);
    for (size_t i = 0; good && i < r->count; i++) {
        tc_way way = r->listens[i].way;
        bool waits = r->ports[i].packets && (full || tc_packets_wait(r->ports[i].packets));
        bool wanted = way != TC_WAY_STDIN && !waits && !(way == TC_WAY_UDP && full) &&
                      r->ports[i].rests <= now;
        good = add_poll(p, r->ports[i].fd, wanted ? POLLIN : 0);
    }
    for (size_t i = 0; good && i < r->conn_count; i++) {
        *ret_more = *ret_more || (r->conns[i]->more && !r->conns[i]->holds);
        good = add_poll(p, r->conns[i]->fd, tc_conn_events(r, r->conns[i]));
    }
    return good;
}

/* -- newcomers ------------------------------------------------------------------------------ */

/* Makes room for a newcomer: the peer that has said nothing for longest and owes nothing goes. */
static bool make_room(tc_receive *r, uint32_t input)
{
    tc_conn *idlest = NULL;
    tc_time now = tc_receive_now(r);
    for (size_t i = 0; i < r->conn_count; i++) {
        tc_conn *c = r->conns[i];
        bool idle = c->input == input && c->place_count == 0 && tc_conn_is_at_rest(c) &&
                    !c->closes && tc_time_between(c->heard, now) >= IDLE;
        if (idle && (idlest == NULL || c->heard < idlest->heard)) idlest = c;
    }
    if (idlest != NULL) idlest->closes = true;
    return idlest != NULL;
}

static void welcome(tc_receive *r, uint32_t input)
{
    tc_port *port = &r->ports[input];
    for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
        int fd = accept4(port->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        /* Where there are no descriptors left, asking again at once would not help. */
        if (fd < 0 && errno != EAGAIN && errno != ECONNABORTED)
            port->rests = tc_time_add(tc_receive_now(r), TC_SECOND);
        if (fd < 0) return;
        if (port->connections >= r->listens[input].connections && !make_room(r, input)) {
            port->book.rejected[TC_RECEIVE_REFUSED]++;
            close(fd);
        } else if (tc_failed(tc_conn_new(r, input, fd))) {
            port->book.rejected[TC_RECEIVE_REFUSED]++;
        }
    }
}

static void look_at_ports(tc_receive *r, const polls *p)
{
    for (uint32_t i = 0; i < r->count; i++) {
        tc_port *port = &r->ports[i];
        if (r->listens[i].way == TC_WAY_STDIN) {
            bool first = !port->served;
            port->served = true;
            if (first && tc_failed(tc_conn_new(r, i, port->fd))) port->fd = -1;
            continue;
        }
        if (port->packets) {
            bool ready = p->items[1 + i].revents != 0 || tc_packets_wait(port->packets);
            if (ready) tc_packets_take(r, i);
            continue;
        }
        if (p->items[1 + i].revents == 0) continue;
        if (r->listens[i].way == TC_WAY_UDP)
            tc_port_take(r, i);
        else
            welcome(r, i);
    }
}

/* -- a turn --------------------------------------------------------------------------------- */

static void remove_conn(tc_receive *r, size_t at)
{
    tc_conn *c = r->conns[at];
    if (r->listens[c->input].way == TC_WAY_STDIN) r->ports[c->input].fd = -1;
    r->conns[at] = r->conns[--r->conn_count];
    tc_conn_free(r, c);
}

/* Another thread may have its turn between two peers. */
static void breathe(tc_receive *r)
{
    pthread_mutex_unlock(&r->lock);
    pthread_mutex_lock(&r->lock);
}

/* Who was served first comes last the next time. */
static void look_at_peers(tc_receive *r, const polls *p)
{
    size_t known = p->count - 1 - r->count, begin = known > 0 ? r->turn++ % known : 0;
    tc_time now = tc_receive_now(r);
    for (size_t k = 0; k < known && !r->stop; k++) {
        size_t i = (begin + k) % known;
        tc_conn *c = r->conns[i];
        short events = p->items[1 + r->count + i].revents;
        if (c->closes) continue;
        bool waits = c->more || c->holds || c->ended || c->in_at < c->in_length;
        if (events != 0 || waits) tc_conn_serve(r, c, (events & (POLLIN | POLLHUP | POLLERR)) != 0);
        tc_conn_answer(r, c);
        tc_conn_look(r, c, now);
        breathe(r);
    }
    for (size_t i = r->conn_count; i > 0; i--)
        if (r->conns[i - 1]->closes) remove_conn(r, i - 1);
}

static void hear_bell(int bell)
{
    uint64_t rung;
    ssize_t got = read(bell, &rung, sizeof(rung));
    (void)got;
}

void *tc_receive_loop(void *context)
{
    tc_receive *r = context;
    polls p = {0};
    pthread_mutex_lock(&r->lock);
    while (!r->stop) {
        bool more;
        bool good = gather(r, &p, &more);
        pthread_mutex_unlock(&r->lock);
        int n = good ? poll(p.items, p.count, more ? 0 : WAIT_MS) : poll(NULL, 0, WAIT_MS);
        if (good && n > 0 && p.items[0].revents != 0) hear_bell(r->wake);
        pthread_mutex_lock(&r->lock);
        /* What poll says of a call that failed is nothing. */
        for (size_t i = 0; n < 0 && i < p.count; i++)
            p.items[i].revents = 0;
        if (!good || r->stop) continue;
        look_at_peers(r, &p);
        look_at_ports(r, &p);
    }
    pthread_mutex_unlock(&r->lock);
    tc_free(p.items);
    return NULL;
}
