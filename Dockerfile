# Zunder in a container: JupyterLab, the kernels and the notebooks. Building it compiles everything (25 minutes on two
# cores), and tries the tutorial at the end.
#
#     docker build --tag zunder .
#     docker run --rm --publish 127.0.0.1:8888:8888 zunder       then open the address that it prints
#
# RUST is where it is compiled, BASE what it runs on: any image with apt, and both with the same Python. More, for hubs:
# docs/hub.md.
ARG RUST=docker.io/library/rust:1.95-slim-bookworm
ARG BASE=docker.io/library/debian:bookworm-slim

FROM ${RUST} AS pack
RUN apt-get update \
    && apt-get install --yes --no-install-recommends build-essential ca-certificates python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
RUN cargo lab pack /zunder.sh

FROM ${BASE}
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates libgcc-s1 python3 zlib1g \
    && rm -rf /var/lib/apt/lists/*
# Mounted, not copied: a copy would stay in the image.
RUN --mount=type=bind,from=pack,source=/zunder.sh,target=/tmp/zunder.sh sh /tmp/zunder.sh
ENV PATH=/opt/zunder/python/bin:/opt/zunder/bin:$PATH

# Names and number are those that Binder and Jupyter's own images have.
ARG NB_USER=jovyan
ARG NB_UID=1000
# In Ubuntu's images somebody has that number already: then it has two names.
RUN useradd --create-home --non-unique --uid ${NB_UID} ${NB_USER}
USER ${NB_UID}
ENV HOME=/home/${NB_USER}
WORKDIR ${HOME}
RUN zunder notebooks && zunder run zunder/notebooks/01_first_neural_network.ipynb --output /tmp/tried \
    && rm -r /tmp/tried

# All addresses of the container; which of them can be reached from outside is said when it is run. JupyterLab asks for
# its token.
EXPOSE 8888
CMD ["sh", "-c", "zunder notebooks; exec jupyter lab --ip=0.0.0.0 --no-browser --notebook-dir=zunder/notebooks"]
