"""The big screen 指挥大屏: what its panels show, and the component that lays them out."""
