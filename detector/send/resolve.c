#include "detector/send/resolve.h"

#include "parsers/base/alloc.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define HOST_MAX 256

/* Of two threads; the last one frees. */
typedef struct question {
    pthread_mutex_t lock;
    char host[HOST_MAX], port[8];
    struct addrinfo hints;
    int done; /* an eventfd */
    int problem;
    struct addrinfo *found;
    unsigned holders;
} question;

static void let_go(question *q)
{
    pthread_mutex_lock(&q->lock);
    bool last = --q->holders == 0;
    pthread_mutex_unlock(&q->lock);
    if (!last) return;
    if (q->found != NULL) freeaddrinfo(q->found);
    close(q->done);
    pthread_mutex_destroy(&q->lock);
    tc_free(q);
}

static void *ask(void *context)
{
    question *q = context;
    uint64_t one = 1;
    struct addrinfo *found = NULL;
    int problem = getaddrinfo(q->host, q->port, &q->hints, &found);
    pthread_mutex_lock(&q->lock);
    q->problem = problem;
    q->found = found;
    pthread_mutex_unlock(&q->lock);
    if (write(q->done, &one, sizeof(one)) < 0) q->problem = EAI_SYSTEM;
    let_go(q);
    return NULL;
}

static bool start_thread(question *q)
{
    pthread_t thread;
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return false;
    (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    bool started = pthread_create(&thread, &attributes, ask, q) == 0;
    pthread_attr_destroy(&attributes);
    return started;
}

static question *new_question(const char *host, const char *port, const struct addrinfo *hints)
{
    question *q = tc_alloc(1, sizeof(*q));
    if (q == NULL) return NULL;
    *q = (question){.hints = *hints, .holders = 1, .problem = EAI_AGAIN};
    snprintf(q->host, sizeof(q->host), "%s", host);
    snprintf(q->port, sizeof(q->port), "%s", port);
    pthread_mutex_init(&q->lock, NULL);
    q->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (q->done >= 0) return q;
    pthread_mutex_destroy(&q->lock);
    tc_free(q);
    return NULL;
}

static struct addrinfo *ask_elsewhere(question *q, tc_patience *patience, uint64_t deadline,
                                      int *ret_problem)
{
    struct addrinfo *found = NULL;
    q->holders = 2;
    if (!start_thread(q)) {
        q->holders = 1;
        *ret_problem = EAI_MEMORY;
    } else if (tc_patience_wait(patience, q->done, POLLIN, deadline) != TC_WAIT_READY) {
        *ret_problem = EAI_AGAIN;
    } else {
        pthread_mutex_lock(&q->lock);
        found = q->found;
        q->found = NULL;
        *ret_problem = q->problem;
        pthread_mutex_unlock(&q->lock);
    }
    let_go(q);
    return found;
}

struct addrinfo *tc_resolve(const char *host, uint16_t port, int socket_type, tc_patience *patience,
                            uint64_t deadline, tc_error *reterr)
{
    char service[8];
    struct addrinfo hints = {.ai_socktype = socket_type, .ai_flags = AI_NUMERICHOST};
    struct addrinfo *found = NULL;
    snprintf(service, sizeof(service), "%u", (unsigned)port);
    if (getaddrinfo(host, service, &hints, &found) == 0) return found;
    hints.ai_flags = AI_ADDRCONFIG;
    int problem = EAI_MEMORY;
    question *q = new_question(host, service, &hints);
    if (q != NULL) found = ask_elsewhere(q, patience, deadline, &problem);
    if (found == NULL)
        (void)tc_fail(reterr, TC_EIO, "%s has no address: %s", host, gai_strerror(problem));
    return found;
}
