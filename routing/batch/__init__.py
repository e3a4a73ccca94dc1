"""Plan many problems so that no plan is lost: each in a warm process, durable at once, resumed by running again.

`run` is the algorithm: it lists entries (`manifest`, `entry`), has stations (`station`) plan them in worker processes
(`batch_worker`, `planning`), and sums up (`record`, `summary`).
"""
